// For values that belong to groups: the group of each value, and its position among the values of
// that group. Counts are stored for every stride-th value only and completed on demand, so that a
// value takes little more than two bytes (rank over a sequence: Jacobson, Succinct Static Data
// Structures, 1989).
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <utility>
#include <vector>

namespace fortnight::storage {

class Ranks {
 public:
  // `group` has the group of each value, a number below `groups`.
  Ranks(std::vector<std::uint16_t> group, std::size_t groups)
      : shift_(std::max(kLeastShift, std::countr_zero(std::bit_ceil(kValuesOfGroup * groups)))),
        group_(std::move(group)),
        filled_(groups) {
    const std::size_t stride = std::size_t{1} << shift_;
    before_.reserve((group_.size() / stride + 1) * groups);
    for (std::size_t first = 0; first < group_.size(); first += stride) {
      before_.insert(before_.end(), filled_.begin(), filled_.end());
      const std::size_t end = std::min(first + stride, group_.size());
      for (std::size_t i = first; i < end; ++i) ++filled_[group_[i]];
    }
  }

  // The number of values in the group.
  [[nodiscard]] std::uint32_t filled(std::size_t group) const { return filled_[group]; }
  [[nodiscard]] std::uint16_t group(std::size_t value) const { return group_[value]; }
  // The number of values of the same group before this value.
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
  // With more groups the stride is longer.
  static constexpr std::size_t kValuesOfGroup = 4;

  int shift_;  // log2 of the stride, because a division would dominate the time
  std::vector<std::uint16_t> group_;   // by value
  std::vector<std::uint32_t> before_;  // by every stride-th value and group
  std::vector<std::uint32_t> filled_;  // by group
};

}  // namespace fortnight::storage
