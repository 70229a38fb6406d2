// The operating system's files behind a small seam, so that faults, crashes and full disks can be
// played in tests (tests/support/simulated_file_system.h). `posix_file_system()` is the real one.
//
// Every path is relative to the store's directory and made by storage/files/file_names.h.
// Threads: all functions may be called from any thread; one file is written by one thread at a
// time.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace fortnight::storage {

// Read-only, and positional: any number of threads may read one file at once.
class ReadableFile {
 public:
  ReadableFile() = default;
  ReadableFile(const ReadableFile&) = delete;
  ReadableFile& operator=(const ReadableFile&) = delete;
  virtual ~ReadableFile() = default;

  // Fills `out` from `offset`; a file that ends before is ErrorCode::corrupt.
  virtual Result<void> read(std::uint64_t offset, std::span<char> out) const = 0;
  [[nodiscard]] virtual std::uint64_t size() const = 0;
};

// A new file, written from its start to its end or, preallocated, over zeros.
class WritableFile {
 public:
  WritableFile() = default;
  WritableFile(const WritableFile&) = delete;
  WritableFile& operator=(const WritableFile&) = delete;
  virtual ~WritableFile() = default;  // closes; what was not synced may be lost

  // Whole or an error; after an error nothing is known of the bytes.
  virtual Result<void> write(std::uint64_t offset, std::string_view bytes) = 0;
  // fdatasync. An error is final: the file must not be synced again (the kernel may have marked the
  // lost pages clean). ENOSPC and EDQUOT come as ErrorCode::no_space.
  virtual Result<void> sync() = 0;
  // Makes an empty file `size` zeros long and sets their space aside, at once: later writes within
  // it don't fail for want of room. Durable after the next sync().
  virtual Result<void> reserve(std::uint64_t size) = 0;
  // The same, but the zeros are written and synced, which takes its time: later writes change no
  // metadata, so that syncing them is cheaper.
  virtual Result<void> preallocate(std::uint64_t size) = 0;
};

struct FileEntry {
  std::string name;
  std::uint64_t size = 0;
};

class FileSystem {
 public:
  FileSystem() = default;
  FileSystem(const FileSystem&) = delete;
  FileSystem& operator=(const FileSystem&) = delete;
  virtual ~FileSystem() = default;

  virtual Result<std::unique_ptr<ReadableFile>> open(const std::string& path) = 0;
  // Creates it, empty; an existing file of that name is truncated.
  virtual Result<std::unique_ptr<WritableFile>> create(const std::string& path) = 0;
  // Opens an existing file to write over it (a recycled journal).
  virtual Result<std::unique_ptr<WritableFile>> open_for_overwrite(const std::string& path) = 0;
  virtual Result<void> rename(const std::string& from, const std::string& to) = 0;
  virtual Result<void> remove(const std::string& path) = 0;
  virtual Result<void> make_directory(
      const std::string& path) = 0;  // parents too; existing is fine
  // Makes renames, creations and removals in the directory durable.
  virtual Result<void> sync_directory(const std::string& path) = 0;
  virtual Result<std::vector<FileEntry>> list(const std::string& directory) = 0;  // files alone
  virtual Result<std::uint64_t> free_bytes() = 0;  // of the file system that holds the store
};

// Over `root`, which must exist. The lock on a data directory is the daemon's business (see
// lock_directory).
std::unique_ptr<FileSystem> posix_file_system(std::string root);

// Holds an exclusive lock on `root` for as long as it lives; ErrorCode::locked where another
// process has it.
class DirectoryLock {
 public:
  virtual ~DirectoryLock() = default;
};
Result<std::unique_ptr<DirectoryLock>> lock_directory(const std::string& root);

// Writes `bytes` to `path` by way of a synced temporary file and a rename, and syncs the directory:
// after a crash the file is the old one or the new one, whole.
Result<void> write_atomically(FileSystem& files, const std::string& path, std::string_view bytes);
// As file.read(), tried a few times: for what is given up as lost where it can't be read.
Result<void> read_patiently(const ReadableFile& file, std::uint64_t offset, std::span<char> out);
// All of a file, if it is no larger than `limit` bytes.
Result<std::string> read_whole(FileSystem& files, const std::string& path, std::uint64_t limit);

}  // namespace fortnight::storage
