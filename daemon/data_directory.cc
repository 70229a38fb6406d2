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

}  // namespace

storage::Result<std::string> default_data_directory() {
  // systemd separates several directories by colons; ours is one.
  if (const std::string state = environment("STATE_DIRECTORY"); !state.empty()) {
    return state.substr(0, state.find(':'));
  }
  if (const std::string state = environment("XDG_STATE_HOME"); !state.empty()) {
    return state + "/fortnight";
  }
  if (const std::string home = environment("HOME"); !home.empty()) {
    return home + "/.local/state/fortnight";
  }
  return storage::Error{
      storage::ErrorCode::invalid,
      "no data directory: give --data-dir, or data_directory in the configuration"};
}

storage::Result<void> prepare_data_directory(const std::string& path) {
  std::error_code failed;
  const bool made = std::filesystem::create_directories(path, failed);
  if (failed) {
    return storage::io_error("can't make the data directory " + path + ": " + failed.message());
  }
  if (made) ::chmod(path.c_str(), 0700);  // calls bear what people wrote
  if (::access(path.c_str(), R_OK | W_OK | X_OK) != 0) {
    return storage::io_error("can't write to the data directory " + path + ": " +
                             std::strerror(errno));
  }
  return {};
}

}  // namespace fortnight::daemon
