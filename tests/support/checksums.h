// Puts the checksums of tampered files right, so that what stands behind them is read: tests of
// what hostile bytes can do, whoever made them having made their checksums too. Nothing is checked:
// what no longer makes sense as a place is left as it is.
#pragma once

#include <string>

namespace fortnight::tests {

// Header, footer, sections, block headers, chunks, bitmaps and pages of a part.
void repair_part(std::string& file);
// Header, footer, sections and pages of a rollup. May append to the file.
void repair_rollup(std::string& file);
// Header and records of a journal file.
void repair_journal(std::string& file);
// A checksum of all before it, in the last 8 or 4 bytes: manifests and rejects; tail positions.
void repair_last_64(std::string& bytes);
void repair_last_32(std::string& bytes);

}  // namespace fortnight::tests
