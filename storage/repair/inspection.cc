#include "storage/repair/inspection.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "storage/engine/identity.h"
#include "storage/files/file_names.h"
#include "storage/part/format.h"
#include "storage/part/verify.h"
#include "storage/rollup/file.h"
#include "storage/rollup/format.h"
#include "storage/rollup/verify.h"

namespace fortnight::storage {
namespace {

// Maximum attempts to open a store whose files are removed meanwhile.
constexpr int kOpenAttempts = 20;
constexpr std::size_t kInspectionCacheBytes = 64U << 20;

Result<StoredFile> open_file(FileSystem& files, const std::string& path,
                             const std::shared_ptr<BlockCache>& cache) {
  StoredFile stored;
  stored.path = path;
  FORTNIGHT_ASSIGN(const auto file, files.open(path));
  stored.bytes = file->size();
  std::string magic(std::min<std::uint64_t>(stored.bytes, kPartMagic.size()), '\0');
  FORTNIGHT_TRY(file->read(0, magic));
  if (magic == kPartMagic) {
    FORTNIGHT_ASSIGN(stored.part, PartFile::open(files, path, cache));
    FORTNIGHT_ASSIGN(stored.calls, PartReader::open(files, path, cache));
  } else if (magic == kRollupMagic) {
    FORTNIGHT_ASSIGN(stored.rollup, RollupReader::open(files, path, cache));
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
                        const std::shared_ptr<BlockCache>& cache) {
  StoredFile damaged;
  damaged.path = path;
  if (const auto bytes = files.open(path)) damaged.bytes = (*bytes)->size();
  const bool damage = error.code == ErrorCode::corrupt || error.code == ErrorCode::io;
  damaged.error = std::move(error);
  if (!damage || !is_named_part(path)) return damaged;
  if (auto remains = PartFile::open_damaged(files, path, cache)) {
    damaged.remains = std::move(*remains);
  }
  return damaged;
}

// Whether a file's remains belong to the part: its first footer has the same day, calls and
// numbers.
bool is_rest_of(const PartFile& remains, const PartEntry& part) {
  const PartSummary& found = remains.footer().summary;
  const PartSummary& named = part.summary;
  return found.day == part.name.day && found.calls == named.calls &&
         found.min_seq == named.min_seq && found.max_seq == named.max_seq;
}

// A file's entry in the manifest.
struct Named {
  FileName name;
  std::optional<PartEntry> part;
  std::optional<RollupEntry> rollup;
};

// Clears `stored` if it isn't the file that the manifest describes.
void check_identity(Named& named, StoredFile& stored) {
  Result<void> same;
  if (named.part && stored.part) {
    same = identify(*named.part, stored.part->footer().summary);
  } else if (named.rollup && stored.rollup) {
    same = identify(*named.rollup, *stored.rollup);
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

// Opens all parts and rollups of the manifest. Returns nothing if one is missing, unless
// `may_miss`.
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
  const auto cache = std::make_shared<BlockCache>(kInspectionCacheBytes);
  std::vector<StoredFile> opened;
  for (Named& named : all) {
    const std::string path = named.name.path();
    auto file = open_file(files, path, cache);
    if (file) {
      check_identity(named, *file);
      if (named.part) file->erased = named.part->erased;
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

// Finds the file by its checksum, under any name.
std::optional<StoredFile> find_quarantined(FileSystem& files, std::uint64_t checksum) {
  const std::string directory(kQuarantineDirectory);
  const auto entries = files.list(directory);
  if (!entries) return std::nullopt;
  const auto cache = std::make_shared<BlockCache>(kInspectionCacheBytes);
  for (const FileEntry& entry : *entries) {
    auto file = open_file(files, directory + "/" + entry.name, cache);
    if (!file) continue;
    const std::uint64_t found = file->part ? file->part->footer().summary.checksum
                                           : file->rollup->file()->footer().checksum;
    if (found == checksum) return std::move(*file);
  }
  return std::nullopt;
}

}  // namespace

Salvageable StoredFile::salvageable() const {
  if (remains) return Salvageable::calls;
  const bool no_footer =
      error && !is_another && error->code == ErrorCode::corrupt && is_named_part(path);
  return no_footer ? Salvageable::nothing : Salvageable::unknown;
}

Result<LoadedManifests> load_manifests_beside_engine(FileSystem& files) {
  for (int attempt = 1;; ++attempt) {
    auto loaded = load_manifests(files);
    const bool vanished = !loaded && loaded.error().code == ErrorCode::not_found;
    if (vanished && attempt < kOpenAttempts) continue;
    if (!loaded || loaded->current.generation != 0) return loaded;
    if (!loaded->damaged.empty()) return loaded->damaged.back().error;
    return Error{ErrorCode::not_found, "no data directory: there is no manifest in it"};
  }
}

Result<Inspection> inspect(FileSystem& files) {
  Inspection out;
  for (int attempt = 1;; ++attempt) {
    FORTNIGHT_ASSIGN(out.manifests, load_manifests_beside_engine(files));
    if (auto opened = open_all(files, out.manifest(), attempt == kOpenAttempts)) {
      out.opened = std::move(*opened);
      return out;
    }
  }
}

StoredFile inspect_file(FileSystem& files, const std::string& path) {
  const auto cache = std::make_shared<BlockCache>(kInspectionCacheBytes);
  auto file = open_file(files, path, cache);
  return file ? std::move(*file) : damaged_file(files, path, file.error(), cache);
}

std::vector<std::string> problems_of(const StoredFile& file) {
  return file.part ? verify_part(file.part) : verify_rollup(file.rollup->file());
}

std::optional<StoredFile> open_quarantined(FileSystem& files, const Manifest& manifest,
                                           const FileName& name) {
  const auto& checksums = manifest.lost_checksums;
  if (const auto known = checksums.find(name); known != checksums.end()) {
    if (auto found = find_quarantined(files, known->second)) return found;
  }
  const std::string path = name.path();
  const std::string aside = std::string(kQuarantineDirectory) + path.substr(path.find('/'));
  StoredFile file = inspect_file(files, aside);
  // An intact file with another checksum is a different file.
  if (!file.error) return checksums.contains(name) ? std::nullopt : std::optional(std::move(file));
  if (file.error->code == ErrorCode::not_found) return std::nullopt;
  return file;
}

}  // namespace fortnight::storage
