#include "daemon/find_files.h"

#include <dirent.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>

namespace fortnight::daemon {
namespace {

using config::GlobPath;
using Kind = GlobPath::Component::Kind;

struct Entry {
  std::string name;
  bool directory;  // without following a symbolic link
};

std::string joined(const std::string& directory, const std::string& name) {
  if (directory.empty()) return name;
  return directory.ends_with('/') ? directory + name : directory + "/" + name;
}

class Walk {
 public:
  Walk(const GlobPath& path, const std::function<void(const std::string&)>& found,
       const std::function<void(const std::string&)>& problem)
      : components_(path.components), found_(found), problem_(problem) {}

  // Finds matches of the components from `at` on below `directory` ("" is the current one).
  void from(const std::string& directory, std::size_t at) const {
    const GlobPath::Component& component = components_[at];
    const bool last = at + 1 == components_.size();
    if (component.kind == Kind::literal) return literal(directory, at, last);
    if (component.kind == Kind::any_depth) return any_depth(directory, at);
    for (const Entry& entry : entries_of(directory)) {
      if (component.matches(entry.name)) step(joined(directory, entry.name), at, last);
    }
  }

 private:
  void step(const std::string& path, std::size_t at, bool last) const {
    last ? found_(path) : from(path, at + 1);
  }

  void literal(const std::string& directory, std::size_t at, bool last) const {
    const std::string path = joined(directory, components_[at].text);
    struct stat info {};
    if (last && ::lstat(path.c_str(), &info) != 0) {
      if (errno != ENOENT && errno != ENOTDIR) problem_(path + ": " + std::strerror(errno));
      return;
    }
    step(path, at, last);
  }

  void any_depth(const std::string& directory, std::size_t at) const {
    from(directory, at + 1);
    for (const Entry& entry : entries_of(directory)) {
      if (entry.directory && components_[at].matches(entry.name)) {
        any_depth(joined(directory, entry.name), at);
      }
    }
  }

  // Sorted by name.
  [[nodiscard]] std::vector<Entry> entries_of(const std::string& directory) const {
    const std::string path = directory.empty() ? "." : directory;
    std::vector<Entry> entries;
    const std::unique_ptr<DIR, int (*)(DIR*)> open(::opendir(path.c_str()), ::closedir);
    if (!open) {
      if (errno != ENOENT && errno != ENOTDIR) problem_(path + ": " + std::strerror(errno));
      return entries;
    }
    while (const dirent* const entry = ::readdir(open.get())) {
      const std::string name = entry->d_name;
      if (name != "." && name != "..") {
        entries.push_back({name, is_directory(path, name, entry->d_type)});
      }
    }
    std::sort(entries.begin(), entries.end(),
              [](const Entry& a, const Entry& b) { return a.name < b.name; });
    return entries;
  }

  // Some file systems don't return the type with the entry.
  static bool is_directory(const std::string& directory, const std::string& name,
                           unsigned char type) {
    if (type != DT_UNKNOWN) return type == DT_DIR;
    struct stat info {};
    return ::lstat(joined(directory, name).c_str(), &info) == 0 && S_ISDIR(info.st_mode);
  }

  const std::vector<GlobPath::Component>& components_;
  const std::function<void(const std::string&)>& found_;
  const std::function<void(const std::string&)>& problem_;
};

}  // namespace

void find_files(const config::Glob& glob, const std::function<void(const std::string&)>& found,
                const std::function<void(const std::string&)>& problem) {
  for (const GlobPath& path : glob.paths()) {
    Walk(path, found, problem).from(path.absolute ? "/" : "", 0);
  }
}

std::vector<std::string> base_directories(const config::Glob& glob) {
  std::vector<std::string> directories;
  for (const GlobPath& path : glob.paths()) directories.push_back(path.base());
  std::sort(directories.begin(), directories.end());
  directories.erase(std::unique(directories.begin(), directories.end()), directories.end());
  return directories;
}

}  // namespace fortnight::daemon
