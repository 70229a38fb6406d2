// Which files there are: those that a tail's patterns match, and the siblings of a file, which a
// rotation may have made of it.
#pragma once

#include <string>
#include <unordered_map>
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

// Whether one of the globs matches the path, whether it is there or not.
bool matches_pattern(const std::vector<std::string>& globs, const std::string& path);

// Directories as they were when first asked for: one scan's view.
class Siblings {
 public:
  using Files = std::vector<const ListedFile*>;

  // The other regular files in the directory of `path` whose names say that they may be rotations
  // of it, the least recently modified first.
  Files rotations_of(const std::string& path);
  // Those whose names begin with the same word.
  Files with_stem_of(const std::string& path);
  // All regular files of a directory.
  const std::vector<ListedFile>& in(const std::string& directory);

 private:
  struct Directory {
    std::vector<ListedFile> files;  // the least recently modified first
    std::unordered_map<std::string, std::vector<std::size_t>> by_base;
    std::unordered_map<std::string, std::vector<std::size_t>> by_stem;
  };
  const Directory& directory(const std::string& path);

  std::unordered_map<std::string, Directory> directories_;
};

}  // namespace fortnight::daemon
