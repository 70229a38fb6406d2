#include "storage/engine/erased_marks.h"

#include <algorithm>
#include <iterator>
#include <string>

namespace fortnight::storage {
namespace {

constexpr std::uint64_t kMaxMarksBytes = 256U << 20;

}  // namespace

Result<void> keep_erased_marks(FileSystem& files, const Manifest& manifest) {
  const std::string path(kErasedMarksFile);
  if (!manifest.has_erased()) {
    const auto removed = files.remove(path);
    return removed || removed.error().code == ErrorCode::not_found ? Result<void>() : removed;
  }
  Manifest marks;
  marks.erasures = manifest.erasures;
  marks.erased_files = manifest.erased_files;
  marks.erased_paths = manifest.erased_paths;
  std::copy_if(manifest.parts.begin(), manifest.parts.end(), std::back_inserter(marks.parts),
               [](const PartEntry& part) { return part.erased != nullptr; });
  return write_atomically(files, path, encode_manifest(marks));
}

Manifest read_erased_marks(FileSystem& files) {
  const auto bytes = read_whole(files, std::string(kErasedMarksFile), kMaxMarksBytes);
  if (!bytes) return {};
  auto marks = decode_manifest(*bytes);
  return marks ? std::move(*marks) : Manifest();
}

}  // namespace fortnight::storage
