// Publishes manifests and removes the files that they no longer name.
//
// Crash safety depends on this order: a manifest's files and their directory entries are synced;
// then the manifest is written and synced; only then is a file removed, and only if neither this
// generation nor the one before names it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <utility>
#include <vector>

#include "storage/engine/version.h"
#include "storage/files/block_cache.h"
#include "storage/files/file_system.h"

namespace fortnight::storage {

// Not thread-safe: the engine calls it while it holds its maintenance mutex.
class Catalog {
 public:
  // `current` is the loaded generation; `previous` is the one to fall back on (generation 0: none).
  Catalog(FileSystem& files, std::shared_ptr<BlockCache> cache,
          std::shared_ptr<const Version> current, Manifest previous,
          std::uint64_t newest_generation);

  [[nodiscard]] const std::shared_ptr<const Version>& current() const { return current_; }
  // Returns a name for a new file. Its number is never used again.
  FileName new_file(FileKind kind, Day day);
  // Removes a new file, unless a manifest on disk may name it because its publication was tried.
  void discard(const FileName& name);

  // Makes `next` the current version. Its new files must be written and synced. On failure the
  // current version stays. A manifest on disk may name the new files nevertheless, so they are
  // kept.
  Result<void> publish(Manifest next);

  // Sets the source of the journal's entry in each manifest.
  void set_journal(std::function<JournalEntry()> journal) { journal_ = std::move(journal); }

  // Whether files that had erased calls are gone, and the manifest still names them as such.
  // Another publication forgets them.
  [[nodiscard]] bool holds_forgettable() const;
  // Whether files are kept only for the previous generation. Another publication releases them.
  [[nodiscard]] bool holds_superseded() const;
  // The current version's files stay on disk until let_go(), for a backup. One at a time.
  void hold();
  void let_go();
  // No manifest that a start could load needs records up to this LSN.
  [[nodiscard]] std::uint64_t releasable_lsn() const;

 private:
  void remove_obsolete();
  // Adds parts with erased calls that `next` no longer names to its erased files, and takes out
  // those that are gone: their directories are synced before the manifest is written.
  void note_erased(Manifest& next) const;

  FileSystem& files_;
  std::shared_ptr<BlockCache> cache_;
  std::shared_ptr<const Version> current_;
  Manifest previous_;
  std::function<JournalEntry()> journal_;
  std::uint64_t newest_generation_;  // the newest that was ever tried
  std::uint64_t next_file_;
  std::set<FileName> in_work_;  // files whose publication has not been tried
  std::set<FileName> on_disk_;  // files that a manifest on disk may name
  std::set<FileName> held_;     // see hold()
  // Files with erased calls that publish() has set aside. The next manifest names them.
  std::set<std::string> erased_aside_;
  std::set<std::uint64_t> manifests_;  // generations that may be on disk
};

}  // namespace fortnight::storage
