// The format of the column extra_ids, the IDs of a call that aren't holes of its shape: for each a
// varint kind (an index into the part's kinds) and a text.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"

namespace fortnight::storage {

// Calls `visit(kind, id)` for each.
template <typename Visit>
void each_extra_id(std::string_view bytes, const std::vector<std::string>& kinds, Visit&& visit) {
  ByteReader in(bytes);
  while (in.remaining() > 0) {
    const std::uint64_t kind = in.varint();
    const std::string_view id = in.text();
    if (!in.ok() || kind >= kinds.size()) return;
    visit(static_cast<std::uint16_t>(kind), id);
  }
}

}  // namespace fortnight::storage
