// Lists files: those that a tail's patterns match, and siblings of a file that a rotation may have
// created.
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

// The regular files that the globs match, each once (hard links, symbolic links and overlapping
// patterns may name a file several times), in the order of patterns and names. `problems` receives
// the paths that can't be examined.
std::vector<ListedFile> list_matches(const std::vector<std::string>& globs,
                                     std::vector<std::string>& problems);

// The patterns with relative paths completed by the working directory: names of files are compared
// as text. A pattern whose braces mix relative and absolute paths is left as it is.
std::vector<std::string> absolute_patterns(const std::vector<std::string>& globs);

// The patterns that match no file.
std::vector<std::string> unmatched(const std::vector<std::string>& globs,
                                   const std::vector<ListedFile>& files);

// Whether any of the globs matches the path, which need not exist.
bool matches_pattern(const std::vector<std::string>& globs, const std::string& path);

// A cache of directory listings, for one scan.
class Siblings {
 public:
  using Files = std::vector<const ListedFile*>;

  // The other regular files in the directory of `path` whose names are possible rotations of it,
  // least recently modified first.
  Files rotations_of(const std::string& path);
  // Those whose names begin with the same word.
  Files with_stem_of(const std::string& path);
  // All regular files of a directory.
  const std::vector<ListedFile>& in(const std::string& directory);

 private:
  struct Directory {
    std::vector<ListedFile> files;  // least recently modified first
    std::unordered_map<std::string, std::vector<std::size_t>> by_base;
    std::unordered_map<std::string, std::vector<std::size_t>> by_stem;
  };
  const Directory& directory(const std::string& path);

  std::unordered_map<std::string, Directory> directories_;
};

}  // namespace fortnight::daemon
