// Records which tail reads which file, to detect a file that two tails read: its lines are stored
// twice.
#pragma once

#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "config/config.h"
#include "daemon/tail/position.h"

namespace fortnight::daemon {

struct SharedFile {
  std::string path;   // as the one source names it
  std::string other;  // name of the other source
  friend auto operator<=>(const SharedFile&, const SharedFile&) = default;
};

// Not thread-safe: shared by the tails of one thread.
class TailClaims {
 public:
  using Files = std::unordered_map<std::string, FileId>;  // by path

  // Sets the files that the source reads. Returns those that another source also reads, in the
  // order of their paths.
  std::vector<SharedFile> claim(const std::string& source, const Files& files);
  // Removes the source's files.
  void release(const std::string& source);

 private:
  std::unordered_map<FileId, std::vector<std::string>, FileIdHash> readers_;
  std::map<std::string, std::vector<FileId>> claimed_;  // by source
};

// The existing files that several of the configuration's tails read: one message each.
std::vector<std::string> files_read_twice(const config::Config& config);

}  // namespace fortnight::daemon
