// The content of a file as a tailer reads it: plain or decompressed.
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

// The file that the path leads to, following symbolic links. ErrorCode::not_found if there is none;
// ErrorCode::io if it can't be determined (no permission).
Result<FileInfo> file_info(const std::string& path);

// The target of the path if it is or passes through a symbolic link; otherwise empty.
std::string target_of(const std::string& path);

// An open file. It stays readable after a rename or unlink. Not thread-safe.
class TailFile {
 public:
  // Decompresses files named `.gz`, `.zst`, `.lz4` or `.xz`. Opens regular files only.
  static Result<std::unique_ptr<TailFile>> open(const std::string& path);

  TailFile() = default;
  TailFile(const TailFile&) = delete;
  TailFile& operator=(const TailFile&) = delete;
  virtual ~TailFile() = default;

  // Reads content from `offset`; returns fewer bytes than requested only at its present end.
  // Compressed files are read forward: going back may start from the beginning.
  virtual Result<std::size_t> read(std::uint64_t offset, std::span<char> out) = 0;
  // Advances one piece towards `offset`. True: read() there can start at once. Only compressed
  // files need it, since they must be decompressed up to the offset.
  virtual Result<bool> approach(std::uint64_t offset) = 0;
  // Whether bytes already read may change. Compressed files are written only once.
  [[nodiscard]] virtual bool mutable_content() const = 0;
  // Whether the content, as far as it was read, ends within a compressed member.
  [[nodiscard]] virtual bool cut_off() const = 0;
  // The first offset, from `offset` on, where data was ever written: holes are skipped. `offset`
  // itself if the file system doesn't support it.
  [[nodiscard]] virtual std::uint64_t data_from(std::uint64_t offset) const = 0;
  [[nodiscard]] virtual Result<FileInfo> info() const = 0;
};

// The hash of evidence bytes, as stored in a position.
std::uint64_t evidence_hash(std::string_view bytes);

}  // namespace fortnight::daemon
