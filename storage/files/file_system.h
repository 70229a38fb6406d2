// The operating system's files behind a small interface, so that tests can simulate faults, crashes
// and full disks (tests/support/simulated_file_system.h). `posix_file_system()` is the real one.
//
// Every path is relative to the store's directory and made by storage/files/file_names.h. Threads:
// all functions may be called from any thread; one file is written by one thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace fortnight::storage {

// Read-only and positional: any number of threads may read one file at once.
class ReadableFile {
 public:
  ReadableFile() = default;
  ReadableFile(const ReadableFile&) = delete;
  ReadableFile& operator=(const ReadableFile&) = delete;
  virtual ~ReadableFile() = default;

  // Fills `out` from `offset`; ErrorCode::corrupt if the file ends before.
  virtual Result<void> read(std::uint64_t offset, std::span<char> out) const = 0;
  [[nodiscard]] virtual std::uint64_t size() const = 0;
};

// A new file. It is written from start to end or, if preallocated, over zeros.
class WritableFile {
 public:
  WritableFile() = default;
  WritableFile(const WritableFile&) = delete;
  WritableFile& operator=(const WritableFile&) = delete;
  virtual ~WritableFile() = default;  // closes; bytes that were not synced may be lost

  // Writes all bytes or fails. After an error the content of the range is unknown.
  virtual Result<void> write(std::uint64_t offset, std::string_view bytes) = 0;
  // fdatasync. An error is final: the file must not be synced again (the kernel may have marked the
  // lost pages clean). ENOSPC and EDQUOT come as ErrorCode::no_space.
  virtual Result<void> sync() = 0;
  // Extends an empty file to `size` zeros and reserves the space, without writing: later writes
  // within it don't fail for lack of space. Durable after the next sync().
  virtual Result<void> reserve(std::uint64_t size) = 0;
  // Like reserve(), but writes and syncs the zeros, which is slow. Later writes change no metadata,
  // so that syncing them is cheaper.
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
  // Creates an empty file; truncates an existing one of that name.
  virtual Result<std::unique_ptr<WritableFile>> create(const std::string& path) = 0;
  // Opens an existing file (a recycled journal) to overwrite it.
  virtual Result<std::unique_ptr<WritableFile>> open_for_overwrite(const std::string& path) = 0;
  virtual Result<void> rename(const std::string& from, const std::string& to) = 0;
  virtual Result<void> remove(const std::string& path) = 0;
  virtual Result<void> make_directory(const std::string& path) = 0;  // with parents; it may exist
  // Makes renames, creations and removals in the directory durable.
  virtual Result<void> sync_directory(const std::string& path) = 0;
  virtual Result<std::vector<FileEntry>> list(const std::string& directory) = 0;  // only files
  virtual Result<std::uint64_t> free_bytes() = 0;  // of the file system that holds the store
};

// Who may read files that are created, besides root.
enum class FileReaders : std::uint8_t { group, owner };
// Over `root`, which must exist. Doesn't lock the directory (see lock_directory).
std::unique_ptr<FileSystem> posix_file_system(std::string root,
                                              FileReaders readers = FileReaders::group);

// Holds an exclusive lock on `root` while it exists; ErrorCode::locked if another process has it.
class DirectoryLock {
 public:
  virtual ~DirectoryLock() = default;
};
Result<std::unique_ptr<DirectoryLock>> lock_directory(const std::string& root);

// Writes `bytes` to `path` through a synced temporary file and a rename, and syncs the directory.
// After a crash the file is either the old one or the new one, whole.
Result<void> write_atomically(FileSystem& files, const std::string& path, std::string_view bytes);
// Makes the file's name durable.
Result<void> sync_directory_of(FileSystem& files, const std::string& path);
// Like file.read(), but tries several times: for data that is given up as lost if reading fails.
Result<void> read_patiently(const ReadableFile& file, std::uint64_t offset, std::span<char> out);
// Reads a whole file of at most `limit` bytes.
Result<std::string> read_whole(FileSystem& files, const std::string& path, std::uint64_t limit);

}  // namespace fortnight::storage
