// Which tail reads which file, to notice a file that two of them read: its lines are stored twice.
#pragma once

#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "config/config.h"
#include "daemon/tail/position.h"

namespace fortnight::daemon {

struct SharedFile {
  std::string path;   // as the one source has it
  std::string other;  // the name of the other source
  friend auto operator<=>(const SharedFile&, const SharedFile&) = default;
};

// Not thread-safe: the tails of one thread share it.
class TailClaims {
 public:
  using Files = std::unordered_map<std::string, FileId>;  // by path

  // The source reads these files now. Returns those that another reads too, in the paths' order.
  std::vector<SharedFile> claim(const std::string& source, const Files& files);
  // The source reads nothing any more.
  void release(const std::string& source);

 private:
  std::unordered_map<FileId, std::vector<std::string>, FileIdHash> readers_;
  std::map<std::string, std::vector<FileId>> claimed_;  // by source
};

// Of the files that are there now: those that several of the configuration's tails read, a line for
// a person each.
std::vector<std::string> files_read_twice(const config::Config& config);

}  // namespace fortnight::daemon
