// A rollup file that is live. Counts are kept for ever, a file or two a day, and most are hardly
// ever read: the file is opened when it is asked for, and what is open is the cache's, which is
// bounded, however many years there are.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <utility>

#include "base/error.h"
#include "storage/engine/manifest.h"
#include "storage/files/block_cache.h"
#include "storage/files/file_system.h"
#include "storage/rollup/rollup.h"

namespace fortnight::storage {

// Opens one rollup file. Shared by the versions that name it; thread-safe. `files` must outlive it,
// and it the readers that it gave out.
class RollupOpener {
 public:
  RollupOpener(FileSystem& files, std::shared_ptr<BlockCache> cache, const RollupEntry& entry)
      : files_(files), cache_(std::move(cache)), number_(cache_->next_file()), entry_(entry) {}

  // ErrorCode::corrupt where it is damaged, gone, or another file.
  Result<std::shared_ptr<const RollupReader>> open() const;
  // Opens it, for whoever still asks: to be called before it may lose its name.
  void keep_open() const;
  // Whether it could be opened when that was last tried; true before.
  [[nodiscard]] bool readable() const { return readable_; }
  // Notes, for whoever looks after the store, that it can't be read.
  void note_unreadable(const Error& error) const {
    cache_->failures().note(entry_.name.path(), error.message);
  }
  // The footer's checksum, once it was opened.
  [[nodiscard]] std::uint64_t checksum() const;

 private:
  Result<std::shared_ptr<const RollupReader>> open_locked() const;
  // Nothing else of a file is cached as its first byte.
  [[nodiscard]] BlockCache::Key in_cache() const { return {number_, 0}; }

  FileSystem& files_;
  const std::shared_ptr<BlockCache> cache_;
  const std::uint64_t number_;
  mutable std::mutex mutex_;
  mutable RollupEntry entry_;
  mutable std::shared_ptr<const RollupReader> kept_;
  mutable std::atomic<bool> readable_ = true;
};

struct LiveRollup {
  RollupEntry entry;
  std::shared_ptr<const RollupOpener> file;
};

// What a query makes of one that can't be opened: its answer misses it, and says so.
inline Result<void> unread(const LiveRollup& rollup) {
  return corrupt(rollup.entry.name.path() + ": can't be opened");
}

}  // namespace fortnight::storage
