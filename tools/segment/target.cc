#include "tools/segment/target.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "storage/engine/identity.h"
#include "storage/files/file_names.h"
#include "storage/part/format.h"
#include "storage/rollup/file.h"
#include "storage/rollup/format.h"

namespace fortnight::segment {
namespace {

using storage::FileSystem;
using storage::Manifest;

// Maximum attempts to open a directory whose files are removed meanwhile.
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
    return corrupt(path + ": neither a part, nor a segment, nor a rollup");
  }
  return stored;
}

bool is_named_part(const std::string& path) {
  return path.ends_with(".part") || path.ends_with(".segment");
}

// The entry of a file that couldn't be opened because of `error`.
StoredFile damaged_file(FileSystem& files, const std::string& path, Error error,
                        const std::shared_ptr<storage::BlockCache>& cache) {
  StoredFile damaged;
  damaged.path = path;
  if (const auto bytes = files.open(path)) damaged.bytes = (*bytes)->size();
  const bool damage = error.code == ErrorCode::corrupt || error.code == ErrorCode::io;
  damaged.error = std::move(error);
  if (!damage || !is_named_part(path)) return damaged;
  if (auto remains = storage::PartFile::open_damaged(files, path, cache)) {
    damaged.remains = std::move(*remains);
  }
  return damaged;
}

// Whether a file's remains belong to the part: its first footer has the same day, calls and
// numbers.
bool is_rest_of(const storage::PartFile& remains, const storage::PartEntry& part) {
  const storage::PartSummary& found = remains.footer().summary;
  const storage::PartSummary& named = part.summary;
  return found.day == part.name.day && found.calls == named.calls &&
         found.min_seq == named.min_seq && found.max_seq == named.max_seq;
}

// Newest first.
Result<std::vector<std::uint64_t>> generations_of(FileSystem& files) {
  FORTNIGHT_ASSIGN(const auto entries, files.list(""));
  std::vector<std::uint64_t> generations;
  for (const storage::FileEntry& entry : entries) {
    const auto name = storage::FileName::parse(entry.name);
    if (name && name->kind == storage::FileKind::manifest) generations.push_back(name->number);
  }
  std::sort(generations.rbegin(), generations.rend());
  return generations;
}

}  // namespace

Result<Manifest> newest_manifest(FileSystem& files) {
  FORTNIGHT_ASSIGN(const auto generations, generations_of(files));
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

namespace {

// A file's entry in the manifest.
struct Named {
  storage::FileName name;
  std::optional<storage::PartEntry> part;
  std::optional<storage::RollupEntry> rollup;
};

// Clears `stored` if it isn't the file that the manifest describes.
void check_identity(Named& named, StoredFile& stored) {
  Result<void> same;
  if (named.part && stored.part) {
    same = storage::identify(*named.part, stored.part->footer().summary);
  } else if (named.rollup && stored.rollup) {
    same = storage::identify(*named.rollup, *stored.rollup);
  } else {
    same = corrupt(stored.path + ": a file of another kind has its name");
  }
  if (same) return;
  stored.part.reset();
  stored.rollup.reset();
  stored.calls.reset();
  stored.error = same.error();
  stored.is_another = true;
}

// Opens all files of the manifest. Returns nothing if one is missing, unless `may_miss`.
std::optional<std::vector<StoredFile>> open_all(FileSystem& files, const Manifest& manifest,
                                                bool may_miss) {
  std::vector<Named> all;
  for (const auto& part : manifest.parts) all.push_back({part.name, part, {}});
  for (const auto& rollup : manifest.rollups) all.push_back({rollup.name, {}, rollup});
  const auto by_day = [](const Named& a, const Named& b) {
    return std::tuple(a.rollup.has_value(), a.name.day, a.name.number) <
           std::tuple(b.rollup.has_value(), b.name.day, b.name.number);
  };
  std::sort(all.begin(), all.end(), by_day);
  const auto cache = std::make_shared<storage::BlockCache>(kCacheBytes);
  std::vector<StoredFile> opened;
  for (Named& named : all) {
    const std::string path = named.name.path();
    auto file = open_file(files, path, cache);
    if (file) {
      check_identity(named, *file);
      opened.push_back(std::move(*file));
      continue;
    }
    if (file.error().code == ErrorCode::not_found && !may_miss) return std::nullopt;
    opened.push_back(damaged_file(files, path, file.error(), cache));
    if (opened.back().remains && named.part && !is_rest_of(*opened.back().remains, *named.part)) {
      opened.back().remains = nullptr;
    }
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
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (std::filesystem::is_directory(status)) {
    auto target = open_directory(path);
    if (!target) return target.error().within(path);
    return target;
  }
  if (error) return Error{ErrorCode::not_found, path + ": " + error.message()};
  if (!std::filesystem::is_regular_file(status)) {
    return Error{ErrorCode::not_found, path + ": neither a file nor a directory"};
  }
  // Symbolic links in `path` are the user's choice; within the directory none is followed.
  const std::filesystem::path full = std::filesystem::canonical(path, error);
  if (error) return Error{ErrorCode::not_found, path + ": " + error.message()};
  const std::string name = full.filename().string();
  const std::string before = full.parent_path().string() + "/";
  Target target;
  target.files = storage::posix_file_system(before);
  const auto cache = std::make_shared<storage::BlockCache>(kCacheBytes);
  auto file = open_file(*target.files, name, cache);
  if (!file) {
    const StoredFile damaged = damaged_file(*target.files, name, file.error(), cache);
    return Error{damaged.error->code, before + damaged.trouble()};
  }
  target.opened.push_back(std::move(*file));
  return target;
}

Result<void> check_data_directory(const std::string& path) {
  std::error_code ignored;
  const bool directory = std::filesystem::is_directory(path, ignored);
  if (directory) {
    const auto generations = generations_of(*storage::posix_file_system(path));
    if (generations && !generations->empty()) return {};
  }
  return Error{ErrorCode::not_found, path + ": only a data directory can be repaired"};
}

std::string StoredFile::trouble() const {
  if (!error) return "";
  if (remains) {
    return error->message + "; its calls can be saved: fortnight-segment repair DATA_DIRECTORY";
  }
  if (is_another || error->code != ErrorCode::corrupt || !is_named_part(path)) {
    return error->message;
  }
  return error->message + "; nothing of it can be saved: no footer in it is whole";
}

// Finds the file by its checksum, under any name.
std::optional<StoredFile> find_quarantined(const Target& target, std::uint64_t checksum) {
  const std::string directory(storage::kQuarantineDirectory);
  const auto entries = target.files->list(directory);
  if (!entries) return std::nullopt;
  const auto cache = std::make_shared<storage::BlockCache>(kCacheBytes);
  for (const storage::FileEntry& entry : *entries) {
    auto file = open_file(*target.files, directory + "/" + entry.name, cache);
    if (!file) continue;
    const std::uint64_t found = file->part ? file->part->footer().summary.checksum
                                           : file->rollup->file()->footer().checksum;
    if (found == checksum) return std::move(*file);
  }
  return std::nullopt;
}

std::optional<StoredFile> open_quarantined(const Target& target, const storage::FileName& name) {
  const auto& checksums = target.manifest->lost_checksums;
  if (const auto known = checksums.find(name); known != checksums.end()) {
    if (auto found = find_quarantined(target, known->second)) return found;
  }
  const std::string path = name.path();
  const std::string aside =
      std::string(storage::kQuarantineDirectory) + path.substr(path.find('/'));
  const auto cache = std::make_shared<storage::BlockCache>(kCacheBytes);
  auto file = open_file(*target.files, aside, cache);
  // An intact file with another checksum is a different file.
  if (file) return checksums.contains(name) ? std::nullopt : std::optional(std::move(*file));
  if (file.error().code == ErrorCode::not_found) return std::nullopt;
  return damaged_file(*target.files, aside, file.error(), cache);
}

}  // namespace fortnight::segment
