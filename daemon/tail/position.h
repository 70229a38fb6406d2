// How far a tailed file was read, independent of the file's name: its identity and hashes of its
// bytes, so that the file is found after a rename, compression or copy, and another file in its
// place isn't mistaken for it.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fortnight::daemon {

// First bytes of a file that distinguish it from others: as many of kHeadBytes as were read.
inline constexpr std::size_t kHeadBytes = 1024;
// Bytes just before an offset, which show whether reading stopped there.
inline constexpr std::size_t kTraceBytes = 256;
// Maximum number of checkpoints in a position. Their distances to the offset grow geometrically, so
// this many cover any file.
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

// An earlier offset of the file, and the hash of the min(offset, kTraceBytes) bytes before it.
struct Checkpoint {
  std::uint64_t offset = 0;
  std::uint64_t hash = 0;
  friend bool operator==(const Checkpoint&, const Checkpoint&) = default;
};

struct TailPosition {
  FileId file;
  std::string path;              // the name it was tailed by, also after a rename
  std::string target;            // target of `path` if it was a symbolic link; otherwise empty
  std::uint64_t offset = 0;      // after the last line taken, in the (decompressed) content
  std::uint64_t head_hash = 0;   // of the first min(offset, kHeadBytes) bytes
  std::uint64_t trace_hash = 0;  // of the min(offset, kTraceBytes) bytes before the offset
  std::int64_t modified_ns = 0;  // mtime when last examined
  std::uint64_t size = 0;        // of a finished file: its stored size then
  bool skipping = false;         // the offset is within an overlong line
  bool finished = false;         // read to its end, no more is expected
  // Whether the file itself was never read: all its content, when it had `size` bytes, was read
  // from another file.
  bool copy = false;
  // Ascending, all below `offset`, dense near it and sparse far from it. They prove that a shorter
  // file has only bytes that were read.
  std::vector<Checkpoint> checkpoints;

  // Adds a checkpoint at or after the last one, and drops those that are too close together for
  // their distance to `now`, the next offset.
  void add_checkpoint(Checkpoint checkpoint, std::uint64_t now);

  // Text with a checksum, for the journal.
  [[nodiscard]] std::string encode() const;
  // Nothing if the text is damaged.
  static std::optional<TailPosition> decode(std::string_view text);
  friend bool operator==(const TailPosition&, const TailPosition&) = default;
};

}  // namespace fortnight::daemon
