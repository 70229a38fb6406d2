#include "tools/segment/restore.h"

#include <algorithm>
#include <map>
#include <optional>

#include "storage/files/quarantine.h"
#include "storage/rollup/file.h"

namespace fortnight::segment {
namespace {

using storage::FileKind;
using storage::FileName;

constexpr std::size_t kCacheBytes = 4U << 20;

bool is_part(const FileName& name) {
  return name.kind == FileKind::part || name.kind == FileKind::segment;
}

// All paths where a misplaced file may be.
std::vector<std::string> all_paths(storage::FileSystem& files) {
  std::vector<std::string> paths;
  for (const auto directory :
       {storage::kPartsDirectory, storage::kRollupsDirectory, storage::kQuarantineDirectory}) {
    const auto entries = files.list(std::string(directory));
    if (!entries) continue;
    for (const auto& entry : *entries) paths.push_back(std::string(directory) + "/" + entry.name);
  }
  return paths;
}

// The identity of a file: its kind, day and footer checksum. Absent if it can't be opened.
struct Identity {
  bool part = false;
  Day day = 0;
  std::uint64_t checksum = 0;
  friend auto operator<=>(const Identity&, const Identity&) = default;
};

std::optional<Identity> identity_of(storage::FileSystem& files, const std::string& path,
                                    const std::shared_ptr<storage::BlockCache>& cache) {
  if (const auto part = storage::PartFile::open(files, path, cache)) {
    const storage::PartSummary& summary = (*part)->footer().summary;
    return Identity{true, summary.day, summary.checksum};
  }
  if (const auto rollup = storage::RollupReader::open(files, path, cache)) {
    return Identity{false, (*rollup)->day(), (*rollup)->file()->footer().checksum};
  }
  return std::nullopt;
}

// The live files that are missing or whose names belong to other files.
std::map<Identity, FileName> sought(const Target& target) {
  std::map<Identity, FileName> sought;
  const auto seek = [&](const FileName& name, std::uint64_t checksum) {
    if (checksum != 0) sought[{is_part(name), name.day, checksum}] = name;
  };
  std::map<std::string, bool> sound;
  for (const StoredFile& file : target.opened) sound[file.path] = !file.error;
  for (const auto& part : target.manifest->parts) {
    if (!sound[part.name.path()]) seek(part.name, part.summary.checksum);
  }
  for (const auto& rollup : target.manifest->rollups) {
    if (!sound[rollup.name.path()]) seek(rollup.name, rollup.checksum);
  }
  return sought;
}

}  // namespace

std::vector<Misplaced> find_misplaced(const Target& target) {
  std::vector<Misplaced> found;
  std::map<Identity, FileName> left = sought(target);
  if (left.empty()) return found;
  const auto cache = std::make_shared<storage::BlockCache>(kCacheBytes);
  for (const std::string& path : all_paths(*target.files)) {
    const auto identity = identity_of(*target.files, path, cache);
    if (!identity) continue;
    const auto name = left.find(*identity);
    if (name == left.end()) continue;
    found.push_back({name->second, path});
    left.erase(name);
  }
  return found;
}

Result<void> put_back(const Target& target, const std::vector<Misplaced>& misplaced) {
  storage::FileSystem& files = *target.files;
  FORTNIGHT_TRY(files.make_directory(std::string(storage::kQuarantineDirectory)));
  // Uses intermediate names, since two files may have swapped theirs.
  constexpr std::string_view kOnTheWay = ".found";
  for (const Misplaced& file : misplaced) {
    FORTNIGHT_TRY(files.rename(file.path, file.name.path() + std::string(kOnTheWay)));
  }
  for (const Misplaced& file : misplaced) {
    const std::string path = file.name.path();
    if (files.open(path)) storage::set_aside(files, path);
    FORTNIGHT_TRY(files.rename(path + std::string(kOnTheWay), path));
  }
  for (const auto directory : {storage::kPartsDirectory, storage::kRollupsDirectory}) {
    FORTNIGHT_TRY(files.sync_directory(std::string(directory)));
  }
  return {};
}

}  // namespace fortnight::segment
