#include "storage/engine/manifest_loader.h"

#include <algorithm>
#include <functional>
#include <vector>

#include "storage/files/quarantine.h"

namespace fortnight::storage {
namespace {

// Positions, and a few dozen bytes a file: far below this.
constexpr std::uint64_t kMaxManifestBytes = 256U << 20;

Result<Manifest> load(FileSystem& files, std::uint64_t generation) {
  const std::string path = manifest_path(generation);
  FORTNIGHT_ASSIGN(const std::string bytes, read_whole(files, path, kMaxManifestBytes));
  FORTNIGHT_ASSIGN(Manifest manifest, decode_manifest(bytes));
  if (manifest.generation != generation) return corrupt(path + ": is another generation's");
  return manifest;
}

}  // namespace

Result<LoadedManifests> load_manifests(FileSystem& files) {
  FORTNIGHT_ASSIGN(const std::vector<FileEntry> entries, files.list(""));
  std::vector<std::uint64_t> generations;
  for (const FileEntry& entry : entries) {
    const auto name = FileName::parse(entry.name);
    if (name && name->kind == FileKind::manifest) generations.push_back(name->number);
  }
  std::sort(generations.begin(), generations.end(), std::greater<>());

  LoadedManifests out;
  if (!generations.empty()) out.newest_generation = generations.front();
  for (const std::uint64_t generation : generations) {
    auto manifest = load(files, generation);
    if (!manifest) {
      if (manifest.error().code != ErrorCode::corrupt) return manifest.error();
      ++out.damaged;
      set_aside(files, manifest_path(generation));
      continue;
    }
    if (out.current.generation == 0) {
      out.current = std::move(*manifest);
    } else {
      out.previous = std::move(*manifest);
      break;
    }
  }
  return out;
}

}  // namespace fortnight::storage
