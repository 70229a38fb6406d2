#include "storage/packing/packed.h"

#include <limits>

namespace fortnight::storage {

Result<std::vector<std::uint32_t>> read_packed_ends(ByteReader& in, std::uint32_t count) {
  const unsigned width = in.u8();
  const char* packed = read_packed(in, count, width);
  if (!in.ok()) return corrupt("chunk cut short");
  std::vector<std::uint32_t> ends(count);
  std::uint64_t end = 0;
  for (std::uint32_t i = 0; i < count; ++i) {
    end += unpack_one(packed, i, width);
    if (end > std::numeric_limits<std::uint32_t>::max()) return corrupt("chunk too long");
    ends[i] = static_cast<std::uint32_t>(end);
  }
  return ends;
}

}  // namespace fortnight::storage
