// A predicate's answer for each entry of a column's dictionary, computed once per entry.
#pragma once

#include <cstdint>
#include <vector>

namespace fortnight::storage {

// One per predicate, column and part. Not thread-safe.
class CodeAnswers {
 public:
  // Returns the answer for the value with this code. Calls `find` if it isn't known, or if the
  // value has no code (negative).
  template <typename Find>
  bool of(std::int64_t code, Find&& find) {
    constexpr std::int64_t kMaxCodes = 1 << 20;
    if (code < 0 || code >= kMaxCodes) return find();
    const auto index = static_cast<std::size_t>(code);
    if (index >= answers_.size()) answers_.resize(index + 1);
    if (answers_[index] == 0) answers_[index] = find() ? 2 : 1;
    return answers_[index] == 2;
  }

 private:
  std::vector<std::uint8_t> answers_;  // 0 unknown, 1 no, 2 yes
};

}  // namespace fortnight::storage
