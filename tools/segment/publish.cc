#include "tools/segment/publish.h"

#include <algorithm>
#include <string>

namespace fortnight::segment {

using storage::FileName;

Result<void> publish(storage::FileSystem& files, storage::Manifest manifest) {
  FORTNIGHT_ASSIGN(const auto entries, files.list(""));
  for (const storage::FileEntry& entry : entries) {
    const auto name = FileName::parse(entry.name);
    if (!name || name->kind != storage::FileKind::manifest) continue;
    manifest.generation = std::max(manifest.generation, name->number);
  }
  ++manifest.generation;
  for (const auto directory : {storage::kPartsDirectory, storage::kRollupsDirectory}) {
    FORTNIGHT_TRY(files.sync_directory(std::string(directory)));
  }
  return storage::write_atomically(files, storage::manifest_path(manifest.generation),
                                   storage::encode_manifest(manifest));
}

}  // namespace fortnight::segment
