// Writing side of the patched codec: another codec's chunk, and the few values that don't fit it
// ("exceptions").
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "storage/encoding/text_encoder.h"

namespace fortnight::storage {

// Appends a chunk of the input's values. False: they don't fit, and `out` is as it was.
using ChunkWriter = std::function<bool(const ColumnInput& input, std::string& out)>;

// Appends a patched chunk: the values at `exceptions` (ascending), and what `write` makes of all
// values with the value at `stand_in` in place of the exceptions. False where `write` is false.
bool write_patched(const ColumnInput& input, const std::vector<std::uint64_t>& exceptions,
                   std::size_t stand_in, const ChunkWriter& write, std::string& out);

// Where fits(i) holds for all values: write(input). Where it fails for a sixteenth of them at most:
// a patched chunk. Else false.
template <typename Fits>
bool encode_patched(const ColumnInput& input, const Fits& fits, const ChunkWriter& write,
                    std::string& out) {
  const std::size_t values = input.values->size();
  const std::size_t max_exceptions = values / 16;
  std::vector<std::uint64_t> exceptions;
  std::size_t stand_in = values;  // the first value that fits
  for (std::size_t i = 0; i < values; ++i) {
    if (fits(i)) {
      if (stand_in == values) stand_in = i;
    } else {
      exceptions.push_back(i);
      if (exceptions.size() > max_exceptions) return false;
    }
  }
  return exceptions.empty() ? write(input, out)
                            : write_patched(input, exceptions, stand_in, write, out);
}

}  // namespace fortnight::storage
