// A part's last whole footer, for when its end is damaged. docs/format.md, "Early footer".
#pragma once

#include <cstdint>
#include <vector>

#include "storage/files/file_system.h"
#include "storage/part/footer.h"

namespace fortnight::storage {

struct FoundFooter {
  PartFooter footer;
  std::vector<BlockEntry> blocks;
};

// Looks from the file's end to its start. A footer counts if its checksum holds and what it speaks
// of is what stands before it: its blocks from the header on, its sections behind them, and then
// the footer itself. Where block tables are damaged and a footer is not, the blocks say themselves
// how long they are; those that don't are missing. ErrorCode::corrupt where there is none.
Result<FoundFooter> find_footer(const ReadableFile& file);

}  // namespace fortnight::storage
