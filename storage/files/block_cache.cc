#include "storage/files/block_cache.h"

#include <utility>

namespace fortnight::storage {

std::uint64_t BlockCache::next_file() {
  const std::lock_guard lock(mutex_);
  return ++files_;
}

std::shared_ptr<const void> BlockCache::find_untyped(const Key& key) {
  const std::lock_guard lock(mutex_);
  const auto found = index_.find(key);
  if (found == index_.end()) return nullptr;
  entries_.splice(entries_.begin(), entries_, found->second);
  return found->second->value;
}

void BlockCache::insert(const Key& key, std::shared_ptr<const void> value, std::size_t bytes) {
  if (bytes > capacity_) return;
  const std::lock_guard lock(mutex_);
  if (index_.contains(key)) return;
  entries_.push_front({key, std::move(value), bytes});
  index_[key] = entries_.begin();
  bytes_ += bytes;
  while (bytes_ > capacity_) {
    const Entry& last = entries_.back();
    bytes_ -= last.bytes;
    index_.erase(last.key);
    entries_.pop_back();
  }
}

std::size_t BlockCache::bytes() const {
  const std::lock_guard lock(mutex_);
  return bytes_;
}

}  // namespace fortnight::storage
