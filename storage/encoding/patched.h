// Writing side of the patched encoding: another encoding, and the few values that it can't give.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "storage/encoding/text_encoder.h"

namespace fortnight::storage {

// Appends a patched chunk: the values at `misfits` (ascending), and `encode` of all values with
// that at `good` in their places. False where that doesn't take them.
bool encode_around(const ColumnInput& input, const std::vector<std::uint64_t>& misfits,
                   std::size_t good, const TextEncoding& encode, std::string& out);

// Calls `accepts(i)` for each value. Where all are accepted: encode(input). Where a few aren't: a
// patched chunk. Where more than a sixteenth aren't: false.
template <typename Accepts>
bool encode_patched(const ColumnInput& input, const Accepts& accepts, const TextEncoding& encode,
                    std::string& out) {
  const std::size_t values = input.values->size();
  const std::size_t most = values / 16;
  std::vector<std::uint64_t> misfits;
  std::size_t good = values;  // the first that fits
  for (std::size_t i = 0; i < values; ++i) {
    if (accepts(i)) {
      if (good == values) good = i;
    } else {
      misfits.push_back(i);
      if (misfits.size() > most) return false;
    }
  }
  return misfits.empty() ? encode(input, out) : encode_around(input, misfits, good, encode, out);
}

}  // namespace fortnight::storage
