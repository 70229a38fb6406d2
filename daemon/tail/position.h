// Where a tailed file has been read to, in a form that outlives the file's name: which file it was,
// and what its bytes were, so that it is found again after a rename, a compression or a copy, and
// so that another file in its place is never taken for it.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fortnight::daemon {

// Bytes at a file's start that tell it from others: of the first kHeadBytes, as many as were read.
inline constexpr std::size_t kHeadBytes = 1024;
// Bytes just before an offset, which tell whether this is where reading stopped.
inline constexpr std::size_t kTraceBytes = 256;
// Checkpoints that a position keeps at the most: their distances to the offset grow by a factor, so
// that this many reach over any file.
inline constexpr std::size_t kMaxCheckpoints = 16;

struct FileId {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  friend auto operator<=>(const FileId&, const FileId&) = default;
};

struct FileIdHash {
  std::size_t operator()(const FileId& id) const noexcept {
    return std::hash<std::uint64_t>()(id.inode * 0x9E3779B97F4A7C15U ^ id.device);
  }
};

// An earlier offset of the same file, and the hash of the min(offset, kTraceBytes) bytes before it.
struct Checkpoint {
  std::uint64_t offset = 0;
  std::uint64_t hash = 0;
  friend bool operator==(const Checkpoint&, const Checkpoint&) = default;
};

struct TailPosition {
  FileId file;
  std::string path;         // the name it was tailed by, also after it was renamed
  std::string target;       // where `path` led, if it was a symbolic link; else empty
  std::uint64_t offset = 0;      // just behind the last line taken; of a compressed file's content
  std::uint64_t head_hash = 0;   // of the first min(offset, kHeadBytes) bytes
  std::uint64_t trace_hash = 0;  // of the min(offset, kTraceBytes) bytes before the offset
  std::int64_t modified_ns = 0;  // the file's mtime when it was last looked at
  std::uint64_t size = 0;        // of a finished file, as stored: its bytes when it was finished
  bool skipping = false;         // the offset is within a line that is too long, and was rejected
  bool finished = false;         // read to its end: nothing more is expected of it
  // The file was never read itself: all that it had, when it was `size` bytes, was read of another.
  bool copy = false;
  // Ascending, all below `offset`, dense near it and sparse far from it: they prove of a shorter
  // file that it holds nothing but what was read.
  std::vector<Checkpoint> checkpoints;

  // Adds one at or behind the last, and drops those that are too close together for their distance
  // to `now`, the offset that is to be next.
  void add_checkpoint(Checkpoint checkpoint, std::uint64_t now);

  // Text with a checksum, for the journal.
  [[nodiscard]] std::string encode() const;
  // Nothing where the text is damaged.
  static std::optional<TailPosition> decode(std::string_view text);
  friend bool operator==(const TailPosition&, const TailPosition&) = default;
};

}  // namespace fortnight::daemon
