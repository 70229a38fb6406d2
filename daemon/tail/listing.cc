#include "daemon/tail/listing.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <system_error>
#include <variant>

#include "config/glob.h"
#include "daemon/find_files.h"
#include "daemon/tail/names.h"

namespace fortnight::daemon {

std::vector<ListedFile> list_matches(const std::vector<std::string>& globs,
                                     std::vector<std::string>& problems) {
  std::vector<ListedFile> files;
  std::set<FileId> seen;
  const auto problem = [&](const std::string& text) { problems.push_back(text); };
  const auto add = [&](const std::string& path) {
    const auto info = file_info(path);
    if (!info) {
      // A file that went between listing and stat is no problem.
      if (info.error().code != storage::ErrorCode::not_found) problem(info.error().message);
    } else if (info->regular) {
      if (seen.insert(info->id).second) files.push_back({path, *info});
    }
  };
  for (const std::string& pattern : globs) {
    const auto glob = config::Glob::parse(pattern);
    if (const auto* const wrong = std::get_if<std::string>(&glob)) {
      problem(pattern + ": " + *wrong);
      continue;
    }
    find_files(std::get<config::Glob>(glob), add, problem);
  }
  return files;
}

std::vector<std::string> unmatched(const std::vector<std::string>& globs,
                                   const std::vector<ListedFile>& files) {
  std::vector<std::string> patterns;
  for (const std::string& pattern : globs) {
    const auto glob = config::Glob::parse(pattern);
    const auto* const parsed = std::get_if<config::Glob>(&glob);
    const bool matched =
        parsed != nullptr && std::any_of(files.begin(), files.end(), [&](const ListedFile& file) {
          return parsed->matches(file.path);
        });
    if (!matched) patterns.push_back(pattern);
  }
  return patterns;
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
