// Which blocks of a part are known to have no call of a query. A repeated query (from a page that
// refreshes, for instance) then reads only new blocks. After ClickHouse's query condition cache.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "storage/call/predicate.h"

namespace fortnight::storage {

// For one query and one part. Thread-safe.
class KnownMisses {
 public:
  // `key` is the cache_key() of the predicates.
  KnownMisses(std::string key, std::size_t blocks) : key_(std::move(key)), misses_(blocks) {}

  [[nodiscard]] const std::string& key() const { return key_; }
  [[nodiscard]] bool has(std::uint32_t block) const {
    return misses_[block].load(std::memory_order_relaxed);
  }
  // No call of the block meets the predicates, whatever its time and its arrival.
  void add(std::uint32_t block) const { misses_[block].store(true, std::memory_order_relaxed); }
  [[nodiscard]] std::size_t memory() const {
    constexpr std::size_t kAround = 200;  // on the heap, and in the cache itself
    return kAround + sizeof(*this) + key_.capacity() + misses_.size();
  }

 private:
  const std::string key_;
  mutable std::vector<std::atomic<bool>> misses_;
};

// Whether any of the predicates is expensive enough for its misses to be remembered.
bool worth_remembering(const std::vector<Predicate>& tested);

}  // namespace fortnight::storage
