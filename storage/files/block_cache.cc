#include "storage/files/block_cache.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace fortnight::storage {

std::uint64_t BlockCache::next_file() {
  const MutexLock lock(mutex_);
  return ++files_;
}

BlockCache::Object BlockCache::find_object(const TypedKey& key) {
  const MutexLock lock(mutex_);
  const auto found = index_.find(key);
  if (found == index_.end()) return nullptr;
  promote(found->second);
  return found->second->value;
}

// Moves an entry that was found again to the front of `again_`. Entries that fall off its end are
// treated as just read.
void BlockCache::promote(std::list<Entry>::iterator entry) {
  again_.splice(again_.begin(), entry->again ? again_ : once_, entry);
  if (std::exchange(entry->again, true)) return;
  again_bytes_ += entry->bytes;
  while (again_bytes_ > capacity_ - capacity_ / 4) {
    const auto last = std::prev(again_.end());
    last->again = false;
    again_bytes_ -= last->bytes;
    once_.splice(once_.begin(), again_, last);
  }
}

bool BlockCache::add(const TypedKey& key, Object value, std::size_t bytes) {
  if (bytes > capacity_ || index_.contains(key)) return false;
  once_.push_front({key, std::move(value), bytes, false});
  index_[key] = once_.begin();
  bytes_ += bytes;
  return true;
}

void BlockCache::insert_object(const TypedKey& key, Object value, std::size_t bytes) {
  const MutexLock lock(mutex_);
  if (add(key, std::move(value), bytes)) make_room();
}

void BlockCache::insert_prized_object(const TypedKey& key, Object value, std::size_t bytes) {
  const MutexLock lock(mutex_);
  if (!add(key, std::move(value), bytes)) return;
  promote(once_.begin());
  make_room();
}

bool BlockCache::was_offered(const TypedKey& key, std::size_t bytes) {
  // Each key counts as at least this many bytes, so that the keys take at most a tenth of the
  // capacity.
  constexpr std::size_t kLeast = 512;
  if (bytes > capacity_) return false;
  if (!is_offered_.insert(key).second) return true;
  offered_.emplace_back(key, std::max(bytes, kLeast));
  offered_bytes_ += offered_.back().second;
  while (offered_bytes_ > capacity_) {
    offered_bytes_ -= offered_.front().second;
    is_offered_.erase(offered_.front().first);
    offered_.pop_front();
  }
  return false;
}

void BlockCache::offer_object(const TypedKey& key, Object value, std::size_t bytes) {
  const MutexLock lock(mutex_);
  if (was_offered(key, bytes) && add(key, std::move(value), bytes)) make_room();
}

void BlockCache::make_room() {
  while (bytes_ > capacity_) {
    remove(std::prev(once_.size() > 1 ? once_.end() : again_.end()));
  }
}

void BlockCache::remove(std::list<Entry>::iterator entry) {
  bytes_ -= entry->bytes;
  if (entry->again) again_bytes_ -= entry->bytes;
  index_.erase(entry->key);
  (entry->again ? again_ : once_).erase(entry);
}

void BlockCache::erase_object(const TypedKey& key) {
  const MutexLock lock(mutex_);
  if (const auto found = index_.find(key); found != index_.end()) remove(found->second);
}

std::size_t BlockCache::bytes() const {
  const MutexLock lock(mutex_);
  return bytes_;
}

}  // namespace fortnight::storage
