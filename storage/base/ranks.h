// Values that belong to groups, by number: which group each is of, and which of its group's values
// it is. Counted every so many values and, between them, as it is asked for, so that it takes two
// bytes a value and a little (rank over a sequence: Jacobson, Succinct Static Data Structures,
// 1989).
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <vector>

namespace fortnight::storage {

class Ranks {
 public:
  // Of up to 65,536 groups.
  Ranks(std::size_t groups, std::size_t values)
      : shift_(std::max(kLeastShift, std::countr_zero(std::bit_ceil(kValuesOfGroup * groups)))),
        filled_(groups) {
    group_.reserve(values);
    before_.reserve(((values >> shift_) + 1) * groups);
  }

  // The next value's group.
  void add(std::size_t group) {
    if ((group_.size() & ((std::size_t{1} << shift_) - 1)) == 0) {
      before_.insert(before_.end(), filled_.begin(), filled_.end());
    }
    group_.push_back(static_cast<std::uint16_t>(group));
    ++filled_[group];
  }

  [[nodiscard]] std::size_t size() const { return group_.size(); }
  // How many values the group has.
  [[nodiscard]] std::uint32_t filled(std::size_t group) const { return filled_[group]; }
  [[nodiscard]] std::uint16_t group(std::size_t value) const { return group_[value]; }
  // How many values of the value's group stand before it.
  [[nodiscard]] std::uint32_t within(std::size_t value) const {
    const std::uint16_t group = group_[value];
    const std::size_t counted = value >> shift_;
    const auto from = group_.begin() + static_cast<std::ptrdiff_t>(counted << shift_);
    const auto until = group_.begin() + static_cast<std::ptrdiff_t>(value);
    return before_[counted * filled_.size() + group] +
           static_cast<std::uint32_t>(std::count(from, until, group));
  }
  [[nodiscard]] std::size_t memory() const {
    return group_.capacity() * sizeof(group_[0]) +
           (before_.capacity() + filled_.capacity()) * sizeof(before_[0]);
  }

 private:
  static constexpr int kLeastShift = 6;
  // The more groups there are, the fewer times they are counted.
  static constexpr std::size_t kValuesOfGroup = 4;

  int shift_;  // log2 of the stride: a division a value would be the most of it
  std::vector<std::uint16_t> group_;   // by value
  std::vector<std::uint32_t> before_;  // by every stride-th value and group
  std::vector<std::uint32_t> filled_;  // by group
};

}  // namespace fortnight::storage
