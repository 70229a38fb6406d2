#include "storage/engine/live_rollup.h"

#include <utility>

#include "storage/engine/identity.h"

namespace fortnight::storage {

Result<std::shared_ptr<const RollupReader>> RollupOpener::open() const {
  const MutexLock lock(mutex_);
  return open_locked();
}

void RollupOpener::keep_open() const {
  const MutexLock lock(mutex_);
  auto opened = open_locked();
  if (!opened) return;  // the query that reads it reports the error
  kept_ = std::move(*opened);
  // Otherwise the cache would keep the reader and its descriptor, although no query can use it.
  cache_->erase<RollupReader>(in_cache());
}

std::uint64_t RollupOpener::checksum() const {
  const MutexLock lock(mutex_);
  return entry_.checksum;
}

Result<std::shared_ptr<const RollupReader>> RollupOpener::open_locked() const {
  if (kept_) return kept_;
  if (auto found = cache_->find<RollupReader>(in_cache())) return found;
  // The cache owns the reader, so the reader must not own the cache.
  const std::shared_ptr<BlockCache> not_owned(std::shared_ptr<void>(), cache_.get());
  auto opened = RollupReader::open(files_, path_, not_owned, number_);
  if (opened) {
    if (const auto known = identify(entry_, **opened); !known) opened = known.error();
  }
  readable_ = static_cast<bool>(opened);
  if (!opened) {
    note_unreadable(opened.error());
    if (opened.error().code == ErrorCode::not_found) return corrupt(opened.error().message);
    return opened.error();
  }
  cache_->insert(in_cache(), *opened, (*opened)->memory());
  return opened;
}

}  // namespace fortnight::storage
