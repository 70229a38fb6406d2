// What a predicate says of the entries of a column's dictionary, found out once an entry.
#pragma once

#include <cstdint>
#include <vector>

namespace fortnight::storage {

// One a predicate, column and part. Not thread-safe.
class CodeAnswers {
 public:
  // The answer for a value of this code; `find` is asked where it isn't known, or the value is no
  // code (negative).
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
  std::vector<std::uint8_t> answers_;  // 0 not asked yet, 1 no, 2 yes
};

}  // namespace fortnight::storage
