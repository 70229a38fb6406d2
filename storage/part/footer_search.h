// Finds a part's last whole footer if its end is damaged. docs/format.md, "Early footer".
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

// Searches from the file's end to its start. A footer is accepted if its checksum is right and if
// its blocks, its sections and itself fill the file up to it without gaps. If all block tables are
// damaged but a footer isn't, the blocks are found by their own lengths; damaged ones are missing.
// ErrorCode::corrupt if there is no footer.
Result<FoundFooter> find_footer(const ReadableFile& file);

}  // namespace fortnight::storage
