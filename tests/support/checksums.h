// Recomputes the checksums of files that a test has changed, so that readers get beyond them: an
// attacker makes valid checksums for hostile bytes. Nothing is verified: an offset or length that
// points outside of the file is skipped.
#pragma once

#include <string>

namespace fortnight::tests {

// Header, footer, sections, block headers, chunks, bitmaps and pages of a part.
void repair_part(std::string& file);
// Header, footer, sections and pages of a rollup. May append to the file.
void repair_rollup(std::string& file);
// Header and records of a journal file.
void repair_journal(std::string& file);
// The last 8 or 4 bytes, a checksum of all bytes before: manifests and rejects; tail positions.
void repair_last_64(std::string& bytes);
void repair_last_32(std::string& bytes);

}  // namespace fortnight::tests
