#include "daemon/surroundings.h"

#include <sys/un.h>
#include <unistd.h>

#include <filesystem>
#include <optional>
#include <string>
#include <system_error>

#include "access/rights.h"
#include "base/time_zone.h"
#include "daemon/net/listen.h"
#include "daemon/net/tls_context.h"

namespace fortnight::daemon {
namespace {

namespace fs = std::filesystem;
using Problem = std::optional<std::string>;

// The problem of a directory that isn't writable.
Problem not_writable(const fs::path& directory) {
  std::error_code failed;
  if (!fs::is_directory(directory, failed)) return directory.string() + " is no directory";
  if (::access(directory.c_str(), W_OK | X_OK) == 0) return std::nullopt;
  return directory.string() + " can't be written to by user " + std::to_string(::geteuid()) +
         ", as whom this runs";
}

// The directory and its parents are created at the start.
Problem data_directory_problem(const std::string& path) {
  std::error_code failed;
  fs::path existing = fs::absolute(path, failed);
  while (!fs::exists(existing, failed) && existing.has_relative_path()) {
    existing = existing.parent_path();
  }
  return not_writable(existing);
}

Problem socket_problem(const std::string& path) {
  constexpr std::size_t kLongest = sizeof(sockaddr_un::sun_path) - 1;
  if (path.size() > kLongest) {
    return "a socket's path has at most " + std::to_string(kLongest) + " bytes";
  }
  std::error_code failed;
  if (fs::exists(path, failed) && !fs::is_socket(path, failed)) return "a file that is no socket";
  const fs::path directory = fs::absolute(path, failed).parent_path();
  // systemd creates a unit's directory below /run when the unit starts.
  const bool made_later = !fs::exists(directory, failed) && directory.string().starts_with("/run/");
  return made_later ? std::nullopt : not_writable(directory);
}

Problem tls_problem(const config::Tls& tls) {
  const auto loaded = load_tls(tls);
  return loaded ? std::nullopt : Problem(loaded.error().message);
}

std::string resolved(const std::string& path) {
  std::error_code failed;
  const fs::path whole = fs::weakly_canonical(fs::absolute(path, failed), failed);
  return failed ? path : whole.string();
}

Problem tailed_file_problem(const std::string& path) {
  std::error_code failed;
  if (fs::is_directory(path, failed)) return "a directory; the files in it are " + path + "/*";
  if (fs::exists(path, failed) && !fs::is_regular_file(path, failed)) return "not a regular file";
  return std::nullopt;
}

}  // namespace

config::Surroundings surroundings() {
  return {.zone_known = [](std::string_view name) { return TimeZone::find(name).has_value(); },
          .reach = reach_of,
          .tls_problem = tls_problem,
          .right_known = [](std::string_view name) { return access::find_right(name).has_value(); },
          .directory_problem = data_directory_problem,
          .socket_problem = socket_problem,
          .file_problem = tailed_file_problem,
          .resolved = resolved};
}

}  // namespace fortnight::daemon
