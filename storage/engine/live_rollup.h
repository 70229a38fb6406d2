// A live rollup file. Counts are kept for ever, a file or two a day, and most are hardly ever read.
// So a file is opened when it is needed, and the open reader belongs to the cache, which is bounded
// regardless of how many years there are.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "base/error.h"
#include "base/mutex.h"
#include "storage/engine/manifest.h"
#include "storage/files/block_cache.h"
#include "storage/files/file_system.h"
#include "storage/rollup/rollup.h"

namespace fortnight::storage {

// Opens one rollup file. Shared by the versions that name it; thread-safe. `files` must outlive it,
// and it must outlive the readers that it returned.
class RollupOpener {
 public:
  RollupOpener(FileSystem& files, std::shared_ptr<BlockCache> cache, const RollupEntry& entry)
      : files_(files),
        cache_(std::move(cache)),
        number_(cache_->next_file()),
        path_(entry.name.path()),
        entry_(entry) {}

  // ErrorCode::corrupt if the file is damaged, missing, or another file.
  Result<std::shared_ptr<const RollupReader>> open() const;
  // Opens the file for queries that still need it. Must be called before the file may lose its
  // name.
  void keep_open() const;
  // Whether the last attempt to open it succeeded; true before the first.
  [[nodiscard]] bool readable() const { return readable_; }
  // Notes for status() that the file can't be read.
  void note_unreadable(const Error& error) const { cache_->failures().note(path_, error.message); }
  // The checksum of the footer, once the file was opened.
  [[nodiscard]] std::uint64_t checksum() const;

 private:
  Result<std::shared_ptr<const RollupReader>> open_locked() const REQUIRES(mutex_);
  // No other object of a file is cached at its first byte.
  [[nodiscard]] BlockCache::Key in_cache() const { return {number_, 0}; }

  FileSystem& files_;
  const std::shared_ptr<BlockCache> cache_;
  const std::uint64_t number_;
  const std::string path_;
  mutable Mutex mutex_;
  mutable RollupEntry entry_ GUARDED_BY(mutex_);
  mutable std::shared_ptr<const RollupReader> kept_ GUARDED_BY(mutex_);
  mutable std::atomic<bool> readable_ = true;
};

struct LiveRollup {
  RollupEntry entry;
  std::shared_ptr<const RollupOpener> file;
};

// The result of a query for a file that can't be opened: the answer misses it and says so.
inline Result<void> unread(const LiveRollup& rollup) {
  return corrupt(rollup.entry.name.path() + ": can't be opened");
}

}  // namespace fortnight::storage
