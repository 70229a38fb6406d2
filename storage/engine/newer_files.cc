// Engine::check_versions(): the headers of all files of a store.
#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "storage/engine.h"
#include "storage/engine/manifest_file.h"
#include "storage/engine/rejects.h"
#include "storage/files/file_names.h"
#include "storage/files/store_version.h"
#include "storage/journal/format.h"
#include "storage/part/footer.h"
#include "storage/part/format.h"
#include "storage/rollup/footer.h"
#include "storage/rollup/format.h"

namespace fortnight::storage {
namespace {

constexpr std::uint64_t kLongestHeader =
    std::max({std::uint64_t{kPartHeaderBytes}, kRollupHeaderBytes, kJournalHeaderBytes});

// A header with a wrong checksum is damage, and says nothing of versions.
Result<void> check_header_of(FileSystem& files, const FileName& name) {
  const std::string path = name.path();
  if (name.kind == FileKind::rejects) {
    // The checksum is that of the whole file.
    const auto read = RejectsFile::read(files, path);
    return read ? Result<void>() : read.error();
  }
  FORTNIGHT_ASSIGN(const std::unique_ptr<ReadableFile> file, files.open(path));
  std::string bytes(std::min<std::uint64_t>(file->size(), kLongestHeader), '\0');
  FORTNIGHT_TRY(file->read(0, bytes));
  const std::string_view header = bytes;
  switch (name.kind) {
    case FileKind::part:
    case FileKind::segment:
      return check_part_header(header.substr(0, kPartHeaderBytes));
    case FileKind::rollup:
    case FileKind::late_rollup: {
      const auto features = check_rollup_header(header.substr(0, kRollupHeaderBytes));
      return features ? Result<void>() : features.error();
    }
    case FileKind::journal: {
      const auto decoded = decode_journal_header(header.substr(0, kJournalHeaderBytes));
      return decoded ? Result<void>() : decoded.error();
    }
    case FileKind::rejects:
    case FileKind::manifest:
    case FileKind::temporary:
      break;
  }
  return {};
}

// The files that a start reads.
std::vector<FileName> files_of(FileSystem& files, const LoadedManifests& manifests) {
  std::vector<FileName> names = manifests.current.names();
  const std::vector<FileName> before = manifests.previous.names();
  names.insert(names.end(), before.begin(), before.end());
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  if (const auto entries = files.list("")) {
    for (const FileEntry& entry : *entries) {
      const auto name = FileName::parse(entry.name);
      if (name && name->kind == FileKind::journal) names.push_back(*name);
    }
  }
  return names;
}

}  // namespace

Result<void> Engine::check_versions(FileSystem& files) {
  const auto newer = [&](Error error) {
    error.message += "; install " + version_to_install(files) + ". Nothing was changed";
    return error;
  };
  FORTNIGHT_TRY(check_store_version(files));
  const auto manifests = load_manifests(files);
  if (!manifests && manifests.error().code == ErrorCode::unsupported) {
    return newer(manifests.error());
  }
  // Any other problem is the start's.
  if (!manifests) return {};
  for (const FileName& name : files_of(files, *manifests)) {
    const auto checked = check_header_of(files, name);
    if (!checked && checked.error().code == ErrorCode::unsupported) {
      return newer(checked.error().within(name.path()));
    }
  }
  return {};
}

}  // namespace fortnight::storage
