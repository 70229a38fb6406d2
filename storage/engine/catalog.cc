#include "storage/engine/catalog.h"

#include <algorithm>
#include <utility>

#include "storage/files/file_names.h"
#include "storage/files/quarantine.h"

namespace fortnight::storage {
namespace {

// Whether the file is gone.
bool removed(const Result<void>& removal) {
  return removal || removal.error().code == ErrorCode::not_found;
}

std::vector<std::string> unreadable(const Version& version) {
  std::vector<std::string> paths;
  const auto add = [&](const auto& days) {
    for (const auto& [day, files] : days) {
      for (const auto& file : files) {
        if (!file.reader) paths.push_back(file.entry.name.path());
      }
    }
  };
  add(version.parts);
  add(version.rollups);
  return paths;
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
      next_file_(current_->manifest.next_file),
      on_disk_(current_->manifest.paths()) {
  on_disk_.merge(previous_.paths());
  for (const std::uint64_t generation : {current_->manifest.generation, previous_.generation}) {
    if (generation != 0) manifests_.insert(generation);
  }
}

FileName Catalog::new_file(FileKind kind, Day day) {
  const FileName name{kind, next_file_++, day};
  in_work_.insert(name.path());
  return name;
}

void Catalog::discard(const FileName& name) {
  const std::string path = name.path();
  if (in_work_.erase(path) == 0) return;
  // What can't be removed now is removed by a later publication, or at start.
  if (!removed(files_.remove(path))) on_disk_.insert(path);
}

Result<void> Catalog::publish(Manifest next) {
  next.generation = ++newest_generation_;
  next.next_file = next_file_;
  for (const std::string& path : next.paths()) {
    if (in_work_.erase(path) != 0) on_disk_.insert(path);
  }
  std::vector<std::string> damaged;
  auto version = open_version(files_, std::move(next), current_.get(), cache_, damaged);
  // What is new must be readable; what was live and no longer is, is set aside.
  const std::set<std::string> live = current_->manifest.paths();
  for (const std::string& path : unreadable(*version)) {
    if (!live.contains(path)) return io_error(path + ": can't be read back");
  }
  for (const std::string& path : damaged) {
    if (!live.contains(path)) return corrupt(path + ": can't be read back");
    set_aside(files_, path);
  }
  const Manifest& manifest = version->manifest;
  for (const std::string_view directory : {kPartsDirectory, kRollupsDirectory, kRejectsDirectory}) {
    FORTNIGHT_TRY(files_.sync_directory(std::string(directory)));
  }
  manifests_.insert(manifest.generation);
  FORTNIGHT_TRY(
      write_atomically(files_, manifest_path(manifest.generation), encode_manifest(manifest)));
  previous_ = current_->manifest;
  current_ = std::move(version);
  remove_obsolete();
  return {};
}

void Catalog::note_lost(const FileName& name) {
  const std::vector<FileName>& known = current_->manifest.lost;
  const bool noted = std::any_of(known.begin(), known.end(),
                                 [&](const FileName& lost) { return lost.path() == name.path(); });
  if (noted) return;
  auto version = std::make_shared<Version>(*current_);
  version->manifest.lost.push_back(name);
  current_ = std::move(version);
}

std::uint64_t Catalog::releasable_lsn() const {
  return previous_.generation == 0 ? current_->manifest.covered_lsn : previous_.covered_lsn;
}

bool Catalog::holds_superseded() const {
  const std::set<std::string> live = current_->manifest.paths();
  const std::set<std::string> before = previous_.paths();
  return !std::includes(live.begin(), live.end(), before.begin(), before.end());
}

void Catalog::remove_obsolete() {
  std::set<std::string> named = current_->manifest.paths();
  named.merge(previous_.paths());
  std::erase_if(on_disk_, [&](const std::string& path) {
    return !named.contains(path) && removed(files_.remove(path));
  });
  std::erase_if(manifests_, [&](std::uint64_t generation) {
    return generation != current_->manifest.generation && generation != previous_.generation &&
           removed(files_.remove(manifest_path(generation)));
  });
}

}  // namespace fortnight::storage
