// Looks into a file whose identity is in question: reads no more of it than what tells it from the
// files that are known, and never more than a piece at a time.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "base/error.h"
#include "daemon/tail/file.h"

namespace fortnight::daemon {

// What was seen of a file's content (decompressed).
struct Content {
  std::string head;  // its first bytes, kHeadBytes at the most
  // By offset: the min(offset, kTraceBytes) bytes before it. Of the offsets that were asked for,
  // those that it reaches, and its end, where that is known.
  std::map<std::uint64_t, std::string> traces;
  std::optional<std::uint64_t> length;  // unknown: it goes on behind all that was asked for
  bool compressed = false;
  bool cut_off = false;  // its compression ends in the middle: it may still be written
};

// Not thread-safe.
class Probe {
 public:
  // Reads the head.
  static Result<Probe> open(std::unique_ptr<TailFile> file);

  // Asks for the traces at these offsets, and whether the content ends at or before `limit`. Once.
  void ask(std::set<std::uint64_t> offsets, std::uint64_t limit);
  // Reads on by a piece; true: all that was asked for is known.
  Result<bool> step();

  [[nodiscard]] const Content& content() const { return content_; }
  [[nodiscard]] const FileInfo& info() const { return info_; }
  std::unique_ptr<TailFile> release() { return std::move(file_); }

 private:
  Probe() = default;
  Result<void> read_plain();
  Result<bool> read_on();

  std::unique_ptr<TailFile> file_;
  FileInfo info_;  // as of the opening
  Content content_;
  std::set<std::uint64_t> offsets_;
  std::uint64_t limit_ = 0;
  // Of a compressed file, which is read forward: up to where, and the last bytes before it.
  std::uint64_t read_to_ = 0;
  std::string recent_;
};

}  // namespace fortnight::daemon
