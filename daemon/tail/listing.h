// Which files there are: those that a tail's patterns match, and the siblings of a file, which a
// rotation may have made of it.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "daemon/tail/file.h"

namespace fortnight::daemon {

struct ListedFile {
  std::string path;
  FileInfo info;
};

// The regular files that the globs match, each file once (hard links, symbolic links and
// overlapping patterns name one file several times), in the order of patterns and names. `problems`
// gets what can't be looked at.
std::vector<ListedFile> list_matches(const std::vector<std::string>& globs,
                                     std::vector<std::string>& problems);

// The patterns that match none of the files.
std::vector<std::string> unmatched(const std::vector<std::string>& globs,
                                   const std::vector<ListedFile>& files);

// Directories as they were when first asked for: one scan's view.
class Siblings {
 public:
  // The other regular files in the directory of `path`, the least recently modified first.
  const std::vector<ListedFile>& of(const std::string& path);

 private:
  std::map<std::string, std::vector<ListedFile>> directories_;
};

}  // namespace fortnight::daemon
