#include "daemon/tail/listing.h"

#include <glob.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <set>
#include <system_error>

#include "daemon/tail/names.h"

namespace fortnight::daemon {
namespace {

// glob(3) tells of unreadable directories through a function without context.
thread_local std::vector<std::string>* glob_problems = nullptr;

int glob_failed(const char* path, int number) {
  if (number != ENOENT && number != ENOTDIR) {
    glob_problems->push_back(std::string(path) + ": " + std::strerror(number));
  }
  return 0;
}

}  // namespace

std::vector<ListedFile> list_matches(const std::vector<std::string>& globs,
                                     std::vector<std::string>& problems) {
  std::vector<ListedFile> files;
  std::set<FileId> seen;
  glob_problems = &problems;
  for (const std::string& pattern : globs) {
    glob_t matches{};
    if (::glob(pattern.c_str(), 0, glob_failed, &matches) == GLOB_NOSPACE) {
      problems.push_back(pattern + ": too many files");
    }
    for (std::size_t i = 0; i < matches.gl_pathc; ++i) {
      const std::string path = matches.gl_pathv[i];
      const auto info = file_info(path);
      if (!info) {
        // A file that went between glob and stat is no problem.
        if (info.error().code != storage::ErrorCode::not_found) {
          problems.push_back(info.error().message);
        }
      } else if (info->regular && seen.insert(info->id).second) {
        files.push_back({path, *info});
      }
    }
    ::globfree(&matches);
  }
  return files;
}

const std::vector<ListedFile>& Siblings::of(const std::string& path) {
  const auto [found, added] = directories_.try_emplace(directory_of(path));
  std::vector<ListedFile>& files = found->second;
  if (!added) return files;
  std::error_code failed;  // an unreadable directory has no siblings to offer for now
  for (std::filesystem::directory_iterator entry(found->first, failed), end; entry != end;
       entry.increment(failed)) {
    const auto info = file_info(entry->path().string());
    if (info && info->regular) files.push_back({entry->path().string(), *info});
  }
  std::stable_sort(files.begin(), files.end(), [](const ListedFile& a, const ListedFile& b) {
    return a.info.modified_ns < b.info.modified_ns;
  });
  return files;
}

}  // namespace fortnight::daemon
