// The block table, which finds a part's blocks.
#pragma once

#include <cstdint>

#include "base/time.h"

namespace fortnight::storage {

// A block's entry in the block table.
struct BlockEntry {
  std::uint64_t offset = 0;  // in the file
  std::uint32_t header_bytes = 0;
  std::uint32_t header_checksum = 0;
  std::uint64_t bytes = 0;      // header and chunks
  std::uint32_t first_row = 0;  // within the part
  std::uint32_t rows = 0;
  std::uint64_t line_bytes = 0;
  TimeNs min_ts = 0;
  TimeNs max_ts = 0;
  std::uint64_t min_seq = 0;
  std::uint64_t max_seq = 0;
};

}  // namespace fortnight::storage
