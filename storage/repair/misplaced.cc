#include "storage/repair/misplaced.h"

#include <algorithm>
#include <map>
#include <optional>

#include "storage/engine/rejects.h"
#include "storage/files/quarantine.h"
#include "storage/rollup/file.h"

namespace fortnight::storage {
namespace {

constexpr std::size_t kComparingCacheBytes = 4U << 20;

// All paths where a misplaced file may be.
std::vector<std::string> all_paths(FileSystem& files) {
  std::vector<std::string> paths;
  for (const auto directory :
       {kPartsDirectory, kRollupsDirectory, kRejectsDirectory, kQuarantineDirectory}) {
    const auto entries = files.list(std::string(directory));
    if (!entries) continue;
    for (const auto& entry : *entries) paths.push_back(std::string(directory) + "/" + entry.name);
  }
  return paths;
}

// Identifies a file by its contents.
struct Identity {
  enum class Form : std::uint8_t { part, rollup, rejects } form = Form::part;
  Day day = 0;
  std::uint64_t checksum = 0;
  friend auto operator<=>(const Identity&, const Identity&) = default;
};

std::optional<Identity> identity_of(FileSystem& files, const std::string& path,
                                    const std::shared_ptr<BlockCache>& cache) {
  if (const auto part = PartFile::open(files, path, cache)) {
    const PartSummary& summary = (*part)->footer().summary;
    return Identity{Identity::Form::part, summary.day, summary.checksum};
  }
  if (const auto rollup = RollupReader::open(files, path, cache)) {
    const std::uint64_t checksum = (*rollup)->file()->footer().checksum;
    return Identity{Identity::Form::rollup, (*rollup)->day(), checksum};
  }
  if (const auto rejects = RejectsFile::read(files, path)) {
    return Identity{Identity::Form::rejects, 0, rejects->checksum()};
  }
  return std::nullopt;
}

// The live files that are missing or whose names belong to other files.
std::map<Identity, FileName> sought(const Inspection& store,
                                    const std::vector<DamagedRejects>& rejects) {
  std::map<Identity, FileName> sought;
  const auto seek = [&](Identity::Form form, const FileName& name, std::uint64_t checksum) {
    if (checksum != 0) sought[{form, name.day, checksum}] = name;
  };
  std::map<std::string, bool> sound;
  for (const StoredFile& file : store.opened) sound[file.path] = !file.error;
  for (const auto& part : store.manifest().parts) {
    if (sound[part.name.path()]) continue;
    seek(Identity::Form::part, part.name, part.summary.checksum);
  }
  for (const auto& rollup : store.manifest().rollups) {
    if (sound[rollup.name.path()]) continue;
    seek(Identity::Form::rollup, rollup.name, rollup.checksum);
  }
  for (const DamagedRejects& file : rejects) {
    seek(Identity::Form::rejects, file.entry.name(), file.entry.checksum);
  }
  return sought;
}

}  // namespace

std::vector<Misplaced> find_misplaced(FileSystem& files, const Inspection& store,
                                      const std::vector<DamagedRejects>& rejects) {
  std::vector<Misplaced> found;
  std::map<Identity, FileName> left = sought(store, rejects);
  if (left.empty()) return found;
  const auto cache = std::make_shared<BlockCache>(kComparingCacheBytes);
  for (const std::string& path : all_paths(files)) {
    const auto identity = identity_of(files, path, cache);
    if (!identity) continue;
    const auto name = left.find(*identity);
    if (name == left.end()) continue;
    found.push_back({name->second, path});
    left.erase(name);
  }
  return found;
}

Result<void> put_back(FileSystem& files, const std::vector<Misplaced>& misplaced) {
  FORTNIGHT_TRY(files.make_directory(std::string(kQuarantineDirectory)));
  // Uses intermediate names, since two files may have swapped theirs.
  constexpr std::string_view kOnTheWay = ".found";
  for (const Misplaced& file : misplaced) {
    FORTNIGHT_TRY(files.rename(file.path, file.name.path() + std::string(kOnTheWay)));
  }
  for (const Misplaced& file : misplaced) {
    const std::string path = file.name.path();
    if (files.open(path)) set_aside(files, path);
    FORTNIGHT_TRY(files.rename(path + std::string(kOnTheWay), path));
  }
  for (const auto directory : {kPartsDirectory, kRollupsDirectory, kRejectsDirectory}) {
    FORTNIGHT_TRY(files.sync_directory(std::string(directory)));
  }
  return {};
}

}  // namespace fortnight::storage
