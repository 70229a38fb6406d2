// Examines a file whose identity isn't known: reads only what distinguishes it from known files,
// one piece at a time.
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

// Samples of a file's (decompressed) content.
struct Content {
  std::string head;  // its first bytes, at most kHeadBytes
  // By offset: the min(offset, kTraceBytes) bytes before it, for the requested offsets within the
  // file and for its end, if known.
  std::map<std::uint64_t, std::string> traces;
  std::optional<std::uint64_t> length;  // unknown: longer than all requested offsets
  bool compressed = false;
  bool cut_off = false;  // it ends within a compressed member and may still be written
};

// Not thread-safe.
class Probe {
 public:
  // Reads the head.
  static Result<Probe> open(std::unique_ptr<TailFile> file);

  // Requests the traces at these offsets, and whether the content ends at or before `limit`. Call
  // it once.
  void ask(std::set<std::uint64_t> offsets, std::uint64_t limit);
  // Reads one piece. True: everything requested is known.
  Result<bool> step();

  [[nodiscard]] const Content& content() const { return content_; }
  [[nodiscard]] const FileInfo& info() const { return info_; }
  std::unique_ptr<TailFile> release() { return std::move(file_); }

 private:
  Probe() = default;
  Result<void> read_plain();
  Result<bool> read_on();

  std::unique_ptr<TailFile> file_;
  FileInfo info_;  // at the time of opening
  Content content_;
  std::set<std::uint64_t> offsets_;
  std::uint64_t limit_ = 0;
  // For compressed files, which are read forward: the offset reached, and the last bytes before it.
  std::uint64_t read_to_ = 0;
  std::string recent_;
};

}  // namespace fortnight::daemon
