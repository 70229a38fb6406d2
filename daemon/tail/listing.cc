#include "daemon/tail/listing.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <unordered_set>
#include <variant>

#include "config/glob.h"
#include "daemon/find_files.h"
#include "daemon/tail/names.h"

namespace fortnight::daemon {

std::vector<ListedFile> list_matches(const std::vector<std::string>& globs,
                                     std::vector<std::string>& problems) {
  std::vector<ListedFile> files;
  std::unordered_set<FileId, FileIdHash> seen;
  const auto problem = [&](const std::string& text) { problems.push_back(text); };
  const auto add = [&](const std::string& path) {
    const auto info = file_info(path);
    if (!info) {
      // A file removed between listing and stat isn't a problem.
      if (info.error().code != ErrorCode::not_found) problem(info.error().message);
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

std::vector<std::string> absolute_patterns(const std::vector<std::string>& globs) {
  std::error_code failed;
  std::string prefix;
  for (const char c : std::filesystem::current_path(failed).string()) {
    if (std::string_view("*?[]{},\\").find(c) != std::string_view::npos) prefix += '\\';
    prefix += c;
  }
  if (!prefix.ends_with('/')) prefix += '/';
  std::vector<std::string> patterns = globs;
  for (std::string& pattern : patterns) {
    const auto glob = config::Glob::parse(pattern);
    const auto* const parsed = std::get_if<config::Glob>(&glob);
    const bool relative = parsed != nullptr &&
                          std::none_of(parsed->paths().begin(), parsed->paths().end(),
                                       [](const config::GlobPath& path) { return path.absolute; });
    if (relative && !failed) pattern.insert(0, prefix);
  }
  return patterns;
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

bool matches_pattern(const std::vector<std::string>& globs, const std::string& path) {
  return std::any_of(globs.begin(), globs.end(), [&](const std::string& pattern) {
    const auto glob = config::Glob::parse(pattern);
    const auto* const parsed = std::get_if<config::Glob>(&glob);
    return parsed != nullptr && parsed->matches(path);
  });
}

const Siblings::Directory& Siblings::directory(const std::string& path) {
  const auto [found, added] = directories_.try_emplace(path);
  Directory& directory = found->second;
  if (!added) return directory;
  std::error_code failed;  // an unreadable directory counts as empty
  for (std::filesystem::directory_iterator entry(path, failed), end; entry != end;
       entry.increment(failed)) {
    const auto info = file_info(entry->path().string());
    if (info && info->regular) directory.files.push_back({entry->path().string(), *info});
  }
  std::stable_sort(directory.files.begin(), directory.files.end(),
                   [](const ListedFile& a, const ListedFile& b) {
                     return a.info.modified_ns < b.info.modified_ns;
                   });
  for (std::size_t i = 0; i < directory.files.size(); ++i) {
    const std::string_view name = file_name_of(directory.files[i].path);
    for (const std::string& base : base_names(name)) {
      if (base != name) directory.by_base[base].push_back(i);
    }
    directory.by_stem[std::string(name_stem(name))].push_back(i);
  }
  return directory;
}

const std::vector<ListedFile>& Siblings::in(const std::string& directory_path) {
  return directory(directory_path).files;
}

Siblings::Files Siblings::rotations_of(const std::string& path) {
  const Directory& all = directory(directory_of(path));
  Files files;
  const auto found = all.by_base.find(std::string(file_name_of(path)));
  if (found == all.by_base.end()) return files;
  for (const std::size_t i : found->second) files.push_back(&all.files[i]);
  return files;
}

Siblings::Files Siblings::with_stem_of(const std::string& path) {
  const Directory& all = directory(directory_of(path));
  const std::string_view name = file_name_of(path);
  Files files;
  const auto found = all.by_stem.find(std::string(name_stem(name)));
  if (found == all.by_stem.end()) return files;
  for (const std::size_t i : found->second) {
    if (file_name_of(all.files[i].path) != name) files.push_back(&all.files[i]);
  }
  return files;
}

}  // namespace fortnight::daemon
