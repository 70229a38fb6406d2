#include "storage/engine/manifest_file.h"

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "storage/files/file_names.h"
#include "storage/files/store_version.h"

namespace fortnight::storage {
namespace {

// Positions, and a few dozen bytes per file: real manifests are far smaller.
constexpr std::uint64_t kMaxManifestBytes = 256U << 20;

// A manifest that can be opened but not read counts as damaged. One that can't be opened may be
// whole: its permissions may be wrong, or there are no descriptors.
Result<Manifest> load(FileSystem& files, std::uint64_t generation) {
  const std::string path = manifest_path(generation);
  FORTNIGHT_ASSIGN(const std::unique_ptr<ReadableFile> file, files.open(path));
  if (file->size() > kMaxManifestBytes) return corrupt(path + ": larger than a manifest can be");
  std::string bytes(file->size(), '\0');
  if (const auto done = read_patiently(*file, 0, bytes); !done)
    return corrupt(done.error().message);
  auto manifest = decode_manifest(bytes);
  if (!manifest) return manifest.error().within(path);
  if (manifest->generation != generation) return corrupt(path + ": contains another generation");
  return manifest;
}

}  // namespace

Result<std::vector<std::uint64_t>> manifest_generations(FileSystem& files) {
  FORTNIGHT_ASSIGN(const std::vector<FileEntry> entries, files.list(""));
  std::vector<std::uint64_t> generations;
  for (const FileEntry& entry : entries) {
    const auto name = FileName::parse(entry.name);
    if (name && name->kind == FileKind::manifest) generations.push_back(name->number);
  }
  std::sort(generations.begin(), generations.end(), std::greater<>());
  return generations;
}

Result<LoadedManifests> load_manifests(FileSystem& files) {
  FORTNIGHT_TRY(check_store_version(files));
  FORTNIGHT_ASSIGN(const std::vector<std::uint64_t> generations, manifest_generations(files));
  LoadedManifests out;
  std::optional<Error> unopened;
  if (!generations.empty()) out.newest_generation = generations.front();
  for (const std::uint64_t generation : generations) {
    auto manifest = load(files, generation);
    if (!manifest) {
      const ErrorCode code = manifest.error().code;
      if (code != ErrorCode::corrupt && code != ErrorCode::io) return manifest.error();
      if (code == ErrorCode::io) unopened = manifest.error();
      out.damaged.push_back({generation, manifest.error()});
      continue;
    }
    if (out.current.generation == 0) {
      out.current = std::move(*manifest);
    } else {
      out.previous = std::move(*manifest);
      break;
    }
  }
  // The files alone don't contain everything that a manifest does, so one that may be whole isn't
  // given up.
  if (out.current.generation == 0 && unopened) return *unopened;
  return out;
}

Result<void> publish_manifest(FileSystem& files, const Manifest& manifest) {
  for (const std::string_view directory : {kPartsDirectory, kRollupsDirectory, kRejectsDirectory}) {
    FORTNIGHT_TRY(files.sync_directory(std::string(directory)));
  }
  return write_atomically(files, manifest_path(manifest.generation), encode_manifest(manifest));
}

}  // namespace fortnight::storage
