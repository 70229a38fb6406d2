#include "tools/client/server_address.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>

#include "tools/client/options.h"

namespace fortnight::client {
namespace {

constexpr std::string_view kSocketName = "/query.sock";
constexpr std::string_view kPackagedData = "/var/lib/fortnight";

bool may_be_used(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && S_ISSOCK(status.st_mode) &&
         ::access(path.c_str(), W_OK) == 0;
}

}  // namespace

std::string server_address(const std::function<std::string(std::string_view name)>& environment,
                           const std::function<bool(const std::string& path)>& usable) {
  std::string address = environment("FORTNIGHT_CONNECT");
  if (!address.empty()) return address;
  const std::string data = environment("FORTNIGHT_DATA_DIR");
  if (!data.empty()) return data + std::string(kSocketName);
  std::string state = environment("XDG_STATE_HOME");
  if (state.empty()) state = environment("HOME") + "/.local/state";
  for (const std::string& directory : {state + "/fortnight", std::string(kPackagedData)}) {
    if (usable(directory + std::string(kSocketName))) return directory + std::string(kSocketName);
  }
  return std::string(kDefaultAddress);
}

Server usual_server() {
  const auto environment = [](std::string_view name) {
    const char* const value = std::getenv(std::string(name).c_str());
    return std::string(value == nullptr ? "" : value);
  };
  return {server_address(environment, may_be_used), environment("FORTNIGHT_TOKEN"),
          environment("FORTNIGHT_CA"), environment("FORTNIGHT_CERTIFICATE"),
          environment("FORTNIGHT_KEY")};
}

}  // namespace fortnight::client
