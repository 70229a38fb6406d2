// Which blocks of a part are known to have no call of a query. What is asked again and again, as
// by a page that somebody keeps open, reads then only the blocks that are new. After ClickHouse's
// query condition cache.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "storage/call/predicate.h"

namespace fortnight::storage {

// Of one query and one part. Thread-safe.
class KnownMisses {
 public:
  // `key` is cache_key() the predicates.
  KnownMisses(std::string key, std::size_t blocks) : key_(std::move(key)), misses_(blocks) {}

  [[nodiscard]] const std::string& key() const { return key_; }
  [[nodiscard]] bool has(std::uint32_t block) const {
    return misses_[block].load(std::memory_order_relaxed);
  }
  // No call of the block matches, whenever it came and whatever its time.
  void add(std::uint32_t block) const { misses_[block].store(true, std::memory_order_relaxed); }
  [[nodiscard]] std::size_t memory() const {
    constexpr std::size_t kAround = 200;  // in the heap, and the cache's own
    return kAround + sizeof(*this) + key_.capacity() + misses_.size();
  }

 private:
  const std::string key_;
  mutable std::vector<std::atomic<bool>> misses_;
};

// Whether some of them cost more to test than it costs to remember what came of it.
bool worth_remembering(const std::vector<Predicate>& tested);

}  // namespace fortnight::storage
