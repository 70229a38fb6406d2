#include "storage/files/copy.h"

#include <algorithm>
#include <memory>
#include <span>

#include "storage/files/file_names.h"

namespace fortnight::storage {
namespace {

constexpr std::uint64_t kPiece = 1U << 20;

Result<void> write_copy(const ReadableFile& source, WritableFile& target, const CopyCheck& check) {
  std::string piece;
  for (std::uint64_t at = 0; at < source.size(); at += piece.size()) {
    FORTNIGHT_TRY(check());
    piece.resize(std::min(kPiece, source.size() - at));
    FORTNIGHT_TRY(read_patiently(source, at, piece));
    FORTNIGHT_TRY(target.write(at, piece));
  }
  return target.sync();
}

Result<void> copy_opened(const ReadableFile& source, FileSystem& to, const std::string& path,
                         const CopyCheck& check) {
  const std::string temporary = path + std::string(kTemporarySuffix);
  auto copied = [&]() -> Result<void> {
    FORTNIGHT_ASSIGN(const std::unique_ptr<WritableFile> target, to.create(temporary));
    return write_copy(source, *target, check);
  }();
  if (copied) copied = to.rename(temporary, path);
  // On a full disk, what was written of it must not stay in the way of others.
  if (!copied) (void)to.remove(temporary);
  return copied;
}

Result<bool> are_equal(const ReadableFile& one, const ReadableFile& other, const CopyCheck& check) {
  if (one.size() != other.size()) return false;
  std::string piece;
  std::string other_piece;
  for (std::uint64_t at = 0; at < one.size(); at += piece.size()) {
    FORTNIGHT_TRY(check());
    piece.resize(std::min(kPiece, one.size() - at));
    other_piece.resize(piece.size());
    FORTNIGHT_TRY(read_patiently(one, at, piece));
    // A copy that can't be read is made again.
    if (!read_patiently(other, at, other_piece) || piece != other_piece) return false;
  }
  return true;
}

}  // namespace

Result<void> copy_file(FileSystem& from, FileSystem& to, const std::string& path,
                       const CopyCheck& check) {
  FORTNIGHT_ASSIGN(const std::unique_ptr<ReadableFile> source, from.open(path));
  return copy_opened(*source, to, path, check);
}

Result<void> mirror_file(FileSystem& from, FileSystem& to, const std::string& path,
                         const CopyCheck& check) {
  const auto source = from.open(path);
  if (!source && source.error().code == ErrorCode::not_found) {
    const auto removed = to.remove(path);
    if (!removed && removed.error().code != ErrorCode::not_found) return removed.error();
    return sync_directory_of(to, path);
  }
  if (!source) return source.error();
  if (const auto copy = to.open(path)) {
    FORTNIGHT_ASSIGN(const bool equal, are_equal(**source, **copy, check));
    if (equal) return {};
  }
  FORTNIGHT_TRY(copy_opened(**source, to, path, check));
  return sync_directory_of(to, path);
}

}  // namespace fortnight::storage
