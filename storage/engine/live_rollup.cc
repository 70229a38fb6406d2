#include "storage/engine/live_rollup.h"

#include <utility>

namespace fortnight::storage {

Result<std::shared_ptr<const RollupReader>> RollupOpener::open() const {
  const std::lock_guard lock(mutex_);
  return open_locked();
}

void RollupOpener::keep_open() const {
  const std::lock_guard lock(mutex_);
  // Where that fails, whoever reads it is told.
  if (auto opened = open_locked()) kept_ = std::move(*opened);
}

Result<std::shared_ptr<const RollupReader>> RollupOpener::open_locked() const {
  if (kept_) return kept_;
  const BlockCache::Key key{number_, 0};  // nothing else of a file is cached as its first byte
  if (auto found = cache_->find<RollupReader>(key)) return found;
  // Its owner is the cache: it must not be the cache's in turn.
  const std::shared_ptr<BlockCache> not_owned(std::shared_ptr<void>(), cache_.get());
  auto opened = RollupReader::open(files_, name_.path(), not_owned, number_);
  readable_ = static_cast<bool>(opened);
  if (!opened) {
    if (opened.error().code == ErrorCode::not_found) return corrupt(opened.error().message);
    return opened.error();
  }
  cache_->insert(key, *opened, (*opened)->memory());
  return opened;
}

}  // namespace fortnight::storage
