#include "daemon/data_directory.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <system_error>

namespace fortnight::daemon {
namespace {

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

// Anybody who can write there controls what the daemon serves and overwrites.
Result<void> check_owner(const std::string& path, const std::string& what) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) {
    return io_error("can't look at " + what + " " + path + ": " + std::strerror(errno));
  }
  const uid_t self = ::geteuid();
  if (info.st_uid != self && info.st_uid != 0) {
    return io_error(what + " " + path + " belongs to user " + std::to_string(info.st_uid) +
                    ", and this is user " + std::to_string(self) +
                    ": run fortnightd as its owner, or chown -R " + std::to_string(self) + " " +
                    path);
  }
  // With the sticky bit, others can't touch our files, and their files are never opened.
  if ((info.st_mode & S_IWOTH) != 0 && (info.st_mode & S_ISVTX) == 0) {
    return io_error("anybody can write to " + what + " " + path +
                    ": chmod o-w it, or take a directory of its own");
  }
  return {};
}

}  // namespace

Result<std::string> default_data_directory() {
  // systemd separates several directories by colons; one is expected.
  if (const std::string state = environment("STATE_DIRECTORY"); !state.empty()) {
    return state.substr(0, state.find(':'));
  }
  if (const std::string state = environment("XDG_STATE_HOME"); !state.empty()) {
    return state + "/fortnight";
  }
  if (const std::string home = environment("HOME"); !home.empty()) {
    return home + "/.local/state/fortnight";
  }
  return Error{ErrorCode::invalid,
               "no data directory: give --data-dir, or data_directory in the configuration"};
}

Result<void> prepare_directory(const std::string& path, const std::string& what) {
  std::error_code failed;
  const bool made = std::filesystem::create_directories(path, failed);
  if (failed) {
    return io_error("can't make " + what + " " + path + ": " + failed.message());
  }
  if (made) ::chmod(path.c_str(), 0700);  // calls contain personal data
  if (::access(path.c_str(), R_OK | W_OK | X_OK) != 0) {
    return io_error("can't write to " + what + " " + path + ": " + std::strerror(errno));
  }
  return check_owner(path, what);
}

}  // namespace fortnight::daemon
