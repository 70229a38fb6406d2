#include "storage/files/file_system.h"

#include "storage/files/file_names.h"

namespace fortnight::storage {
namespace {

// If reading fails this often, the place on the disk is bad.
constexpr int kReads = 3;

}  // namespace

Result<void> write_atomically(FileSystem& files, const std::string& path, std::string_view bytes) {
  const std::string temporary = path + std::string(kTemporarySuffix);
  {
    FORTNIGHT_ASSIGN(const std::unique_ptr<WritableFile> file, files.create(temporary));
    FORTNIGHT_TRY(file->write(0, bytes));
    FORTNIGHT_TRY(file->sync());
  }
  FORTNIGHT_TRY(files.rename(temporary, path));
  return sync_directory_of(files, path);
}

Result<void> sync_directory_of(FileSystem& files, const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return files.sync_directory(slash == std::string::npos ? std::string() : path.substr(0, slash));
}

Result<void> read_patiently(const ReadableFile& file, std::uint64_t offset, std::span<char> out) {
  auto done = file.read(offset, out);
  for (int left = kReads - 1; !done && done.error().code == ErrorCode::io && left > 0; --left) {
    done = file.read(offset, out);
  }
  return done;
}

Result<std::string> read_whole(FileSystem& files, const std::string& path, std::uint64_t limit) {
  FORTNIGHT_ASSIGN(const std::unique_ptr<ReadableFile> file, files.open(path));
  if (file->size() > limit) {
    return corrupt(path + ": " + std::to_string(file->size()) + " bytes, more than the " +
                   std::to_string(limit) + " that such a file may have");
  }
  std::string bytes(file->size(), '\0');
  FORTNIGHT_TRY(file->read(0, bytes));
  return bytes;
}

}  // namespace fortnight::storage
