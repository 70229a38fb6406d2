#include "storage/engine/catalog.h"

#include <algorithm>
#include <utility>

#include "storage/engine/manifest_file.h"
#include "storage/files/file_names.h"
#include "storage/files/quarantine.h"

namespace fortnight::storage {
namespace {

// Whether the file no longer exists.
bool removed(const Result<void>& removal) {
  return removal || removal.error().code == ErrorCode::not_found;
}

std::vector<FileName> unreadable(const Version& version) {
  std::vector<FileName> names;
  for (const auto& [day, parts] : version.parts) {
    for (const LivePart& part : parts) {
      if (!part.reader) names.push_back(part.entry.name);
    }
  }
  for (const LiveRollup& rollup : version.rollups) {
    if (!rollup.file->readable()) names.push_back(rollup.entry.name);
  }
  return names;
}

bool contains(const std::vector<FileName>& ascending, const FileName& name) {
  return std::binary_search(ascending.begin(), ascending.end(), name);
}

}  // namespace

Catalog::Catalog(FileSystem& files, std::shared_ptr<BlockCache> cache,
                 std::shared_ptr<const Version> current, Manifest previous,
                 std::uint64_t newest_generation)
    : files_(files),
      cache_(std::move(cache)),
      current_(std::move(current)),
      previous_(std::move(previous)),
      newest_generation_(newest_generation),
      next_file_(current_->manifest.next_file) {
  for (const FileName& name : current_->manifest.names()) on_disk_.insert(name);
  for (const FileName& name : previous_.names()) on_disk_.insert(name);
  on_disk_.insert(current_->manifest.erased_files.begin(), current_->manifest.erased_files.end());
  for (const std::uint64_t generation : {current_->manifest.generation, previous_.generation}) {
    if (generation != 0) manifests_.insert(generation);
  }
}

FileName Catalog::new_file(FileKind kind, Day day) {
  const FileName name{kind, next_file_++, day};
  in_work_.insert(name);
  return name;
}

void Catalog::discard(const FileName& name) {
  if (in_work_.erase(name) == 0) return;
  // If a file can't be removed now, a later publication or the next start removes it.
  if (!removed(files_.remove(name.path()))) on_disk_.insert(name);
}

Result<void> Catalog::publish(Manifest next) {
  next.generation = ++newest_generation_;
  next.next_file = next_file_;
  if (journal_) {
    const std::uint64_t acknowledged = next.journal.acknowledged_lsn;
    next.journal = journal_();
    next.journal.acknowledged_lsn = acknowledged;
  }
  for (const FileName& name : next.names()) {
    if (in_work_.erase(name) != 0) on_disk_.insert(name);
  }
  note_erased(next);
  std::set<FileName> next_has_erased;
  for (const PartEntry& part : next.parts) {
    if (part.erased != nullptr) next_has_erased.insert(part.name);
  }
  std::vector<FileName> damaged;
  auto version = open_version(files_, std::move(next), current_.get(), cache_, damaged);
  // New files must be readable. Files that were live and have become unreadable are set aside.
  const std::vector<FileName> live = current_->manifest.names();
  for (const FileName& name : unreadable(*version)) {
    if (!contains(live, name)) return io_error(name.path() + ": can't be read back");
  }
  for (const FileName& name : damaged) {
    if (!contains(live, name)) return corrupt(name.path() + ": can't be read back");
    cache_->failures().note(name.path(), "it is damaged or gone, and was set aside");
    const std::string aside = set_aside(files_, name.path());
    if (next_has_erased.contains(name)) erased_aside_.insert(aside);
  }
  const Manifest& manifest = version->manifest;
  manifests_.insert(manifest.generation);
  FORTNIGHT_TRY(publish_manifest(files_, manifest));
  // Queries that hold the outgoing version may still read files whose names are removed.
  for (const LiveRollup& rollup : current_->rollups) {
    if (version->find(rollup.entry.name) == nullptr) rollup.file->keep_open();
  }
  previous_ = current_->manifest;
  current_ = std::move(version);
  std::erase_if(erased_aside_, [&](const std::string& path) {
    return current_->manifest.erased_paths.contains(path);
  });
  remove_obsolete();
  return {};
}

void Catalog::note_erased(Manifest& next) const {
  const std::vector<FileName> live = next.names();
  for (const PartEntry& part : current_->manifest.parts) {
    if (part.erased != nullptr && !contains(live, part.name)) next.erased_files.insert(part.name);
  }
  next.erased_paths.insert(erased_aside_.begin(), erased_aside_.end());
  std::erase_if(next.erased_files, [&](const FileName& name) { return !on_disk_.contains(name); });
}

bool Catalog::holds_forgettable() const {
  const std::set<FileName>& erased = current_->manifest.erased_files;
  return !erased_aside_.empty() ||
         std::any_of(erased.begin(), erased.end(),
                     [&](const FileName& name) { return !on_disk_.contains(name); });
}

std::uint64_t Catalog::releasable_lsn() const {
  return previous_.generation == 0 ? current_->manifest.covered_lsn : previous_.covered_lsn;
}

bool Catalog::holds_superseded() const {
  const std::vector<FileName> live = current_->manifest.names();
  const std::vector<FileName> before = previous_.names();
  return !std::includes(live.begin(), live.end(), before.begin(), before.end());
}

void Catalog::hold() {
  const std::vector<FileName> live = current_->manifest.names();
  held_.insert(live.begin(), live.end());
}

void Catalog::let_go() {
  held_.clear();
  remove_obsolete();
}

void Catalog::remove_obsolete() {
  const std::vector<FileName> live = current_->manifest.names();
  const std::vector<FileName> before = previous_.names();
  std::erase_if(on_disk_, [&](const FileName& name) {
    return !contains(live, name) && !contains(before, name) && !held_.contains(name) &&
           removed(files_.remove(name.path()));
  });
  std::erase_if(manifests_, [&](std::uint64_t generation) {
    return generation != current_->manifest.generation && generation != previous_.generation &&
           removed(files_.remove(manifest_path(generation)));
  });
}

}  // namespace fortnight::storage
