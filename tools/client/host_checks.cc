#include "tools/client/host_checks.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <glob.h>
#include <grp.h>
#include <linux/posix_acl.h>
#include <linux/posix_acl_xattr.h>
#include <pwd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timex.h>
#include <sys/un.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <variant>

#include "base/descriptor.h"
#include "config/glob.h"

namespace fortnight::client {
namespace {

namespace fs = std::filesystem;

// Of the soft limit of descriptors.
constexpr double kManyDescriptors = 0.8;
// The most files of one pattern that are looked at.
constexpr std::size_t kMostFiles = 1000;

std::string name_of_user(uid_t user) {
  const passwd* const entry = ::getpwuid(user);
  return entry != nullptr ? entry->pw_name : std::to_string(user);
}

std::string name_of_group(gid_t group) {
  const struct group* const entry = ::getgrgid(group);
  return entry != nullptr ? entry->gr_name : std::to_string(group);
}

// The supplementary groups of a process, from /proc.
std::set<gid_t> groups_of(pid_t process) {
  std::set<gid_t> groups;
  std::ifstream status("/proc/" + std::to_string(process) + "/status");
  for (std::string line; std::getline(status, line);) {
    if (!line.starts_with("Groups:")) continue;
    std::istringstream numbers(line.substr(7));
    for (gid_t group = 0; numbers >> group;) groups.insert(group);
  }
  return groups;
}

// The access list of a path; empty if its mode says all.
std::vector<posix_acl_xattr_entry> access_list(const std::string& path) {
  constexpr std::size_t kMostEntries = 256;
  std::vector<char> bytes(sizeof(posix_acl_xattr_header) +
                          kMostEntries * sizeof(posix_acl_xattr_entry));
  const ssize_t size =
      ::getxattr(path.c_str(), "system.posix_acl_access", bytes.data(), bytes.size());
  if (size <= static_cast<ssize_t>(sizeof(posix_acl_xattr_header))) return {};
  const std::size_t entry_bytes = static_cast<std::size_t>(size) - sizeof(posix_acl_xattr_header);
  std::vector<posix_acl_xattr_entry> entries(entry_bytes / sizeof(posix_acl_xattr_entry));
  std::memcpy(entries.data(), bytes.data() + sizeof(posix_acl_xattr_header),
              entries.size() * sizeof(posix_acl_xattr_entry));
  return entries;
}

// Whether permission bits, such as 4 for reading, hold for the process: the algorithm of acl(5).
// Without an access list, the mode has the same entries.
bool may(const DaemonProcess& daemon, const std::string& path, const struct stat& info,
         mode_t bits) {
  if (daemon.user == 0) return true;
  if (info.st_uid == daemon.user) return (info.st_mode >> 6U & bits) == bits;
  const std::vector<posix_acl_xattr_entry> list = access_list(path);
  // With a list, the mode's bits of the group are the list's mask.
  const mode_t mask = info.st_mode >> 3U;
  for (const posix_acl_xattr_entry& entry : list) {
    if (entry.e_tag == ACL_USER && entry.e_id == daemon.user) {
      return (entry.e_perm & mask & bits) == bits;
    }
  }
  const bool owned = daemon.groups.contains(info.st_gid);
  if (list.empty()) return ((owned ? mask : info.st_mode) & bits) == bits;
  bool in_group = false;
  for (const posix_acl_xattr_entry& entry : list) {
    const bool matches = entry.e_tag == ACL_GROUP_OBJ
                             ? owned
                             : entry.e_tag == ACL_GROUP && daemon.groups.contains(entry.e_id);
    if (!matches) continue;
    in_group = true;
    if ((entry.e_perm & mask & bits) == bits) return true;
  }
  return !in_group && (info.st_mode & bits) == bits;
}

Finding denied(const DaemonProcess& daemon, const std::string& path, const struct stat& info,
               mode_t bits) {
  const std::string user = name_of_user(daemon.user);
  const bool by_group = (info.st_mode >> 3U & bits) == bits && info.st_gid != 0;
  const std::string verb = S_ISDIR(info.st_mode) ? "enter" : "read";
  return {Severity::critical,
          "permission",
          fmt::format("the user {} may not {} {} ({}:{} {:o})", user, verb, path,
                      name_of_user(info.st_uid), name_of_group(info.st_gid), info.st_mode & 07777U),
          by_group ? fmt::format("adduser {} {} && systemctl restart fortnightd", user,
                                 name_of_group(info.st_gid))
                   : fmt::format("setfacl -m u:{}:{} {}", user, S_ISDIR(info.st_mode) ? "rx" : "r",
                                 path),
          Fault::closed,
          {},
          path};
}

// The first directory on the way to the path, or the path itself, that is closed to the process.
std::optional<Finding> closed(const DaemonProcess& daemon, const fs::path& path, mode_t last) {
  fs::path at;
  for (const fs::path& part : path) {
    at /= part;
    struct stat info {};
    if (::stat(at.c_str(), &info) != 0) return std::nullopt;
    const bool end = at == path;
    const mode_t bits = end ? last : mode_t{1};
    if (!may(daemon, at.string(), info, bits)) return denied(daemon, at.string(), info, bits);
  }
  return std::nullopt;
}

std::vector<std::string> matching(const std::string& pattern) {
  glob_t found{};
  std::vector<std::string> paths;
  if (::glob(pattern.c_str(), GLOB_BRACE, nullptr, &found) == 0) {
    for (std::size_t i = 0; i < std::min<std::size_t>(found.gl_pathc, kMostFiles); ++i) {
      paths.emplace_back(found.gl_pathv[i]);
    }
  }
  ::globfree(&found);
  return paths;
}

void find_descriptors(const DaemonProcess& daemon, std::vector<Finding>& found) {
  const std::string proc = "/proc/" + std::to_string(daemon.pid);
  std::error_code failed;
  const fs::directory_iterator open(proc + "/fd", failed);
  if (failed) return;
  const auto count = static_cast<double>(std::distance(begin(open), end(open)));
  std::ifstream limits(proc + "/limits");
  for (std::string line; std::getline(limits, line);) {
    if (!line.starts_with("Max open files")) continue;
    std::istringstream numbers(line.substr(14));
    double soft = 0;
    if (!(numbers >> soft) || count < soft * kManyDescriptors) continue;
    found.push_back({Severity::warning, "descriptors",
                     fmt::format("{} of {} descriptors are in use", count, soft),
                     "systemctl edit fortnightd: [Service] LimitNOFILE="});
  }
}

void find_inotify(std::vector<Finding>& found) {
  std::uint64_t instances = 0;
  std::uint64_t watches = 0;
  std::ifstream("/proc/sys/fs/inotify/max_user_instances") >> instances;
  std::ifstream("/proc/sys/fs/inotify/max_user_watches") >> watches;
  constexpr std::uint64_t kFewInstances = 64;
  constexpr std::uint64_t kFewWatches = 4096;
  if (instances == 0 || (instances >= kFewInstances && watches >= kFewWatches)) return;
  found.push_back(
      {Severity::warning, "inotify",
       fmt::format("few inotify instances ({}) or watches ({}): files are checked once a second",
                   instances, watches),
       "sysctl -w fs.inotify.max_user_instances=128 fs.inotify.max_user_watches=65536"});
}

void find_clock(std::vector<Finding>& found) {
  timex state{};
  if (::adjtimex(&state) != TIME_ERROR && (state.status & STA_UNSYNC) == 0) return;
  found.push_back({Severity::warning, "clock", "the clock isn't synchronised",
                   "apt install systemd-timesyncd"});
}

}  // namespace

std::optional<DaemonProcess> daemon_at(const std::string& socket) {
  const Descriptor connection(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (!connection || socket.size() >= sizeof address.sun_path) return std::nullopt;
  socket.copy(address.sun_path, socket.size());
  if (::connect(connection.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) !=
      0) {
    return std::nullopt;
  }
  ucred peer{};
  socklen_t size = sizeof peer;
  if (::getsockopt(connection.get(), SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0 || peer.pid == 0) {
    return std::nullopt;
  }
  DaemonProcess daemon{peer.pid, peer.uid, groups_of(peer.pid)};
  daemon.groups.insert(peer.gid);
  return daemon;
}

std::vector<Finding> closed_paths(const DaemonProcess& daemon, const std::string& source,
                                  const std::string& pattern) {
  std::vector<Finding> found;
  const auto parsed = config::Glob::parse(pattern);
  const auto* const glob = std::get_if<config::Glob>(&parsed);
  if (glob == nullptr) return found;
  std::set<std::string> seen;
  const auto look = [&](const std::string& path, mode_t bits) {
    auto problem = closed(daemon, path, bits);
    if (!problem || !seen.insert(problem->path).second) return;
    problem->source = source;
    found.push_back(std::move(*problem));
  };
  for (const config::GlobPath& path : glob->paths()) {
    if (path.absolute) look(path.base(), 5);
  }
  for (const std::string& path : matching(pattern)) look(path, 4);
  return found;
}

std::vector<Finding> limits_reached(const DaemonProcess& daemon) {
  std::vector<Finding> found;
  find_descriptors(daemon, found);
  find_inotify(found);
  find_clock(found);
  return found;
}

}  // namespace fortnight::client
