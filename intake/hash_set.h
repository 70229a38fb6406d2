// A set of 64-bit hashes, flat: 11 to 21 bytes for each.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace fortnight::intake {

class HashSet {
 public:
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] bool contains(std::uint64_t hash) const {
    return !slots_.empty() && slots_[slot_of(hash)] != kFree;
  }
  void insert(std::uint64_t hash) {
    if (3 * slots_.size() < 4 * (size_ + 1)) grow();
    std::uint64_t& slot = slots_[slot_of(hash)];
    if (slot == kFree) ++size_;
    slot = stored(hash);
  }
  void clear() {
    slots_ = {};
    size_ = 0;
  }

 private:
  static constexpr std::uint64_t kFree = 0;
  static std::uint64_t stored(std::uint64_t hash) { return hash == kFree ? 1 : hash; }

  // Where the hash is, or the free slot where it would be.
  [[nodiscard]] std::size_t slot_of(std::uint64_t hash) const {
    const std::size_t mask = slots_.size() - 1;
    std::size_t at = stored(hash) & mask;
    while (slots_[at] != kFree && slots_[at] != stored(hash)) at = (at + 1) & mask;
    return at;
  }
  void grow() {
    std::vector<std::uint64_t> old(slots_.empty() ? 64 : 2 * slots_.size());
    old.swap(slots_);
    for (const std::uint64_t hash : old) {
      if (hash != kFree) slots_[slot_of(hash)] = hash;
    }
  }

  std::vector<std::uint64_t> slots_;  // a power of two of them
  std::size_t size_ = 0;
};

}  // namespace fortnight::intake
