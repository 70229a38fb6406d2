// Where a tailed file has been read to, in a form that outlives the file's name: which file it was,
// and what its bytes were, so that it is found again after a rename, a compression or a copy, and
// so that another file in its place is never taken for it.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace fortnight::daemon {

// Bytes at a file's start that tell it from others: of the first kHeadBytes, as many as were read.
inline constexpr std::size_t kHeadBytes = 1024;
// Bytes just before the offset, which tell whether this is where reading stopped.
inline constexpr std::size_t kTraceBytes = 256;

struct FileId {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  friend auto operator<=>(const FileId&, const FileId&) = default;
};

struct TailPosition {
  FileId file;
  std::string path;  // the name it was tailed by, also after it was renamed
  std::uint64_t offset =
      0;  // just behind the last line taken; in a compressed file, of its content
  std::uint64_t head_hash = 0;   // of the first min(offset, kHeadBytes) bytes
  std::uint64_t trace_hash = 0;  // of the min(offset, kTraceBytes) bytes before the offset
  std::int64_t modified_ns = 0;  // the file's mtime when it was last read
  bool skipping = false;         // the offset is within a line that is too long, and was rejected
  bool finished = false;         // rotated away and read to its end: nothing more is expected of it

  // Text with a checksum, for the journal.
  [[nodiscard]] std::string encode() const;
  // Nothing where the text is damaged.
  static std::optional<TailPosition> decode(std::string_view text);
  friend bool operator==(const TailPosition&, const TailPosition&) = default;
};

}  // namespace fortnight::daemon
