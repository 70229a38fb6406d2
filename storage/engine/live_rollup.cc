#include "storage/engine/live_rollup.h"

#include <utility>

namespace fortnight::storage {

Result<std::shared_ptr<const RollupReader>> RollupOpener::open() const {
  const std::lock_guard lock(mutex_);
  return open_locked();
}

void RollupOpener::keep_open() const {
  const std::lock_guard lock(mutex_);
  auto opened = open_locked();
  if (!opened) return;  // whoever reads it is told
  kept_ = std::move(*opened);
  // The cache would hold it, and its descriptor, when nobody can ask for it any more.
  cache_->erase(in_cache());
}

Result<std::shared_ptr<const RollupReader>> RollupOpener::open_locked() const {
  if (kept_) return kept_;
  if (auto found = cache_->find<RollupReader>(in_cache())) return found;
  // Its owner is the cache: it must not be the cache's in turn.
  const std::shared_ptr<BlockCache> not_owned(std::shared_ptr<void>(), cache_.get());
  auto opened = RollupReader::open(files_, name_.path(), not_owned, number_);
  // Who asks it by its name's day would miss what is another's.
  if (opened && (*opened)->day() != name_.day) {
    opened = corrupt(name_.path() + ": has the counts of another day");
  }
  readable_ = static_cast<bool>(opened);
  if (!opened) {
    if (opened.error().code == ErrorCode::not_found) return corrupt(opened.error().message);
    return opened.error();
  }
  cache_->insert(in_cache(), *opened, (*opened)->memory());
  return opened;
}

}  // namespace fortnight::storage
