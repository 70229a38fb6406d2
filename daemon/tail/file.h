// One file's content, as a tailer reads it: plain, or decompressed.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/error.h"
#include "daemon/tail/position.h"

namespace fortnight::daemon {

struct FileInfo {
  FileId id;
  std::uint64_t size = 0;
  std::int64_t modified_ns = 0;
  bool regular = false;
  friend bool operator==(const FileInfo&, const FileInfo&) = default;
};

// What the path leads to now, symbolic links followed. ErrorCode::not_found where there is nothing;
// ErrorCode::io where it can't be told (no permission).
Result<FileInfo> file_info(const std::string& path);

// Where the path leads, if it is or passes through a symbolic link; else empty.
std::string target_of(const std::string& path);

// An open file. It stays readable after it was renamed or unlinked. Not thread-safe.
class TailFile {
 public:
  // Decompresses what is named `.gz`, `.zst`, `.lz4` or `.xz`. Only regular files.
  static Result<std::unique_ptr<TailFile>> open(const std::string& path);

  TailFile() = default;
  TailFile(const TailFile&) = delete;
  TailFile& operator=(const TailFile&) = delete;
  virtual ~TailFile() = default;

  // Reads the content from `offset`; returns fewer bytes than asked for only at the end, as it is
  // now. Compressed files are made to be read forward: going back starts over.
  virtual Result<std::size_t> read(std::uint64_t offset, std::span<char> out) = 0;
  // Comes nearer to `offset` by a piece; true: read() there has nothing to pass by. For compressed
  // files, of which what stands before must be decompressed.
  virtual Result<bool> approach(std::uint64_t offset) = 0;
  // Whether bytes already read may become others. Compressed files are only ever made once.
  [[nodiscard]] virtual bool mutable_content() const = 0;
  // Whether the content, as far as it was read, ends in the middle of its compression.
  [[nodiscard]] virtual bool cut_off() const = 0;
  // Where the next byte stands that was ever written, from `offset` on: holes are passed by. The
  // offset itself where the file system doesn't tell.
  [[nodiscard]] virtual std::uint64_t data_from(std::uint64_t offset) const = 0;
  [[nodiscard]] virtual Result<FileInfo> info() const = 0;
};

// The hash that a position keeps of bytes of evidence.
std::uint64_t evidence_hash(std::string_view bytes);

}  // namespace fortnight::daemon
