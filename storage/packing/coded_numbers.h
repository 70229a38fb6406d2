// A number for each code of a dictionary, computed once per code.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace fortnight::storage {

// Not thread-safe.
class CodedNumbers {
 public:
  // Returns the cached find() of this code. Codes that are negative or large are not cached.
  template <typename Find>
  std::uint32_t find(std::int64_t code, Find&& find) {
    constexpr std::int64_t kMaxCodes = 1 << 16;
    if (code < 0 || code >= kMaxCodes) return find();
    const auto index = static_cast<std::size_t>(code);
    if (index >= numbers_.size()) numbers_.resize(index + 1);
    std::optional<std::uint32_t>& known = numbers_[index];
    if (!known) known = find();
    return *known;
  }

 private:
  std::vector<std::optional<std::uint32_t>> numbers_;  // by code
};

}  // namespace fortnight::storage
