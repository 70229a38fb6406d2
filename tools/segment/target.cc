#include "tools/segment/target.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "storage/files/file_names.h"
#include "storage/part/format.h"
#include "storage/rollup/format.h"

namespace fortnight::segment {
namespace {

using storage::Error;
using storage::ErrorCode;
using storage::FileSystem;
using storage::Manifest;
using storage::Result;

// How often a directory whose files vanish while they are opened is looked at anew.
constexpr int kAttempts = 20;
constexpr std::size_t kCacheBytes = 64U << 20;
constexpr std::uint64_t kMaxManifestBytes = 256U << 20;

Result<StoredFile> open_file(FileSystem& files, const std::string& path,
                             const std::shared_ptr<storage::BlockCache>& cache) {
  StoredFile stored;
  stored.path = path;
  FORTNIGHT_ASSIGN(const auto file, files.open(path));
  stored.bytes = file->size();
  std::string magic(std::min<std::uint64_t>(stored.bytes, storage::kPartMagic.size()), '\0');
  FORTNIGHT_TRY(file->read(0, magic));
  if (magic == storage::kPartMagic) {
    FORTNIGHT_ASSIGN(stored.part, storage::PartFile::open(files, path, cache));
    FORTNIGHT_ASSIGN(stored.calls, storage::PartReader::open(files, path, cache));
  } else if (magic == storage::kRollupMagic) {
    FORTNIGHT_ASSIGN(stored.rollup, storage::RollupReader::open(files, path, cache));
  } else {
    return storage::corrupt(path + ": neither a part, nor a segment, nor a rollup");
  }
  return stored;
}

Result<Manifest> newest_manifest(FileSystem& files) {
  FORTNIGHT_ASSIGN(const auto entries, files.list(""));
  std::vector<std::uint64_t> generations;
  for (const storage::FileEntry& entry : entries) {
    const auto name = storage::FileName::parse(entry.name);
    if (name && name->kind == storage::FileKind::manifest) generations.push_back(name->number);
  }
  std::sort(generations.rbegin(), generations.rend());
  Error last{ErrorCode::not_found, "no data directory: there is no manifest in it"};
  for (const std::uint64_t generation : generations) {
    const std::string path = storage::manifest_path(generation);
    const auto bytes = storage::read_whole(files, path, kMaxManifestBytes);
    const auto manifest = bytes ? storage::decode_manifest(*bytes) : bytes.error();
    if (manifest) return *manifest;
    last = manifest.error().within(path);
  }
  return last;
}

// All files that the manifest names; nothing where one has vanished, unless that `may_miss`.
std::optional<std::vector<StoredFile>> open_all(FileSystem& files, const Manifest& manifest,
                                                bool may_miss) {
  std::vector<storage::FileName> names;
  for (const auto& part : manifest.parts) names.push_back(part.name);
  for (const auto& rollup : manifest.rollups) names.push_back(rollup.name);
  const auto by_day = [](const auto& a, const auto& b) {
    const bool a_rolled = a.kind >= storage::FileKind::rollup;
    const bool b_rolled = b.kind >= storage::FileKind::rollup;
    return std::tuple(a_rolled, a.day, a.number) < std::tuple(b_rolled, b.day, b.number);
  };
  std::sort(names.begin(), names.end(), by_day);
  const auto cache = std::make_shared<storage::BlockCache>(kCacheBytes);
  std::vector<StoredFile> opened;
  for (const storage::FileName& name : names) {
    auto file = open_file(files, name.path(), cache);
    if (file) {
      opened.push_back(std::move(*file));
      continue;
    }
    if (file.error().code == ErrorCode::not_found && !may_miss) return std::nullopt;
    StoredFile& damaged = opened.emplace_back();
    damaged.path = name.path();
    damaged.error = file.error();
  }
  return opened;
}

Result<Target> open_directory(const std::string& path) {
  Target target;
  target.files = storage::posix_file_system(path);
  for (int attempt = 1;; ++attempt) {
    FORTNIGHT_ASSIGN(target.manifest, newest_manifest(*target.files));
    if (auto opened = open_all(*target.files, *target.manifest, attempt == kAttempts)) {
      target.opened = std::move(*opened);
      return target;
    }
  }
}

}  // namespace

Result<Target> open_target(const std::string& path) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) return open_directory(path);
  const std::filesystem::path full(path);
  const std::string directory = full.has_parent_path() ? full.parent_path().string() : ".";
  Target target;
  target.files = storage::posix_file_system(directory);
  const auto cache = std::make_shared<storage::BlockCache>(kCacheBytes);
  auto file = open_file(*target.files, full.filename().string(), cache);
  if (!file) return file.error();
  target.opened.push_back(std::move(*file));
  return target;
}

}  // namespace fortnight::segment
