// Publishes manifests and removes what they leave behind.
//
// The order that crashes rely on: a manifest's files are synced, and their names are; then the
// manifest is written and synced; only then is a file removed, and only if neither this generation
// nor the one before names it.
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

// Not thread-safe: the engine calls it with its lock of maintenance held.
class Catalog {
 public:
  // `current` is the generation that was loaded; `previous` (generation 0: there is none) the one
  // to fall back on.
  Catalog(FileSystem& files, std::shared_ptr<BlockCache> cache,
          std::shared_ptr<const Version> current, Manifest previous,
          std::uint64_t newest_generation);

  [[nodiscard]] const std::shared_ptr<const Version>& current() const { return current_; }
  // A name for a new file. Its number is never given twice.
  FileName new_file(FileKind kind, Day day);
  // Removes a new file, unless its publication was tried: then a manifest on disk may name it.
  void discard(const FileName& name);

  // Makes `next` what is live. Its new files must be written and synced. On failure the current
  // version stays; the new files may be named by a manifest on disk all the same, and are left
  // where they are.
  Result<void> publish(Manifest next);

  // What publications say of the journal.
  void set_journal(std::function<JournalEntry()> journal) { journal_ = std::move(journal); }

  // Whether files are only kept for the generation before: another publication lets them go.
  [[nodiscard]] bool holds_superseded() const;
  // Records up to here aren't needed by any manifest that a start could load.
  [[nodiscard]] std::uint64_t releasable_lsn() const;

 private:
  void remove_obsolete();

  FileSystem& files_;
  std::shared_ptr<BlockCache> cache_;
  std::shared_ptr<const Version> current_;
  Manifest previous_;
  std::function<JournalEntry()> journal_;
  std::uint64_t newest_generation_;  // the newest that was ever tried
  std::uint64_t next_file_;
  std::set<FileName> in_work_;         // files that nothing has tried to publish yet
  std::set<FileName> on_disk_;         // files that some manifest on disk may name
  std::set<std::uint64_t> manifests_;  // generations that may be on disk
};

}  // namespace fortnight::storage
