// One file's content, as a tailer reads it: plain, or decompressed.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "daemon/tail/position.h"
#include "storage/base/error.h"

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
storage::Result<FileInfo> file_info(const std::string& path);

// An open file. It stays readable after it was renamed or unlinked. Not thread-safe.
class TailFile {
 public:
  // Decompresses what is named `.gz`. Only regular files.
  static storage::Result<std::unique_ptr<TailFile>> open(const std::string& path);

  TailFile() = default;
  TailFile(const TailFile&) = delete;
  TailFile& operator=(const TailFile&) = delete;
  virtual ~TailFile() = default;

  // Reads the content from `offset`; returns fewer bytes than asked for only at the end, as it is
  // now. Compressed files are made to be read forward: going back starts over.
  virtual storage::Result<std::size_t> read(std::uint64_t offset, std::span<char> out) = 0;
  // Whether bytes already read may become others. Compressed files are only ever made once.
  [[nodiscard]] virtual bool mutable_content() const = 0;
  // Whether the content, as far as it was read, ends in the middle of its compression.
  [[nodiscard]] virtual bool cut_off() const = 0;
  [[nodiscard]] virtual storage::Result<FileInfo> info() const = 0;
};

// What a file's content shows at a position: its first bytes, and those before the offset.
struct Evidence {
  std::string head;   // min(offset, kHeadBytes)
  std::string trace;  // min(offset, kTraceBytes)
};

enum class Match {
  same,       // these are the bytes that were read
  shorter,    // it ends before the offset, and nothing shows that it is another
  different,  // another file
};

struct Comparison {
  Match match = Match::different;
  Evidence evidence;  // where it is the same
};

// Whether the file holds what was read up to the position. Reads a compressed file up to there.
storage::Result<Comparison> compare(TailFile& file, const TailPosition& position);

// The hash that a position keeps of bytes of evidence.
std::uint64_t evidence_hash(std::string_view bytes);

}  // namespace fortnight::daemon
