// Loads fortnight.yaml strictly: an unknown key, a wrong type or a bad value is an error. All
// errors are listed, each with its line, the expected value, and the nearest known key.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "config/config.h"
#include "config/problem.h"

namespace fortnight::config {

struct Loaded {
  std::optional<Config> config;   // absent if there are problems
  bool empty = false;             // the file has no key
  std::vector<Problem> problems;  // in the file's order
};

// Who can connect to an address: processes of this host only, or other hosts too.
enum class Reach : std::uint8_t { host, network };

// Checks that depend on this machine. They are passed in because config/ may not use time zones,
// sockets or directories. An empty function accepts every value.
struct Surroundings {
  // Whether a time zone of this name exists.
  std::function<bool(std::string_view name)> zone_known;
  // Returns why the daemon couldn't use the path; nothing if it can.
  using Check = std::function<std::optional<std::string>(const std::string& path)>;
  // Who can connect to the address; an error if its host is unknown.
  std::function<Result<Reach>(const Address& address)> reach;
  // Returns why the files can't be used.
  std::function<std::optional<std::string>(const Tls& tls)> tls_problem;
  // Whether a right of this name exists.
  std::function<bool(std::string_view name)> right_known;
  Check directory_problem;  // of the data directory
  Check socket_problem;     // of a unix socket's path
  Check file_problem;       // of a tailed path without wildcards
  // Returns the path with symbolic links, `.` and `..` resolved as far as it exists.
  std::function<std::string(const std::string& path)> resolved;
};

// `file` is the name of the text in problems.
Loaded load_text(const std::string& text, const std::string& file,
                 const Surroundings& surroundings);
// A file that can't be read is a problem too.
Loaded load_file(const std::filesystem::path& file, const Surroundings& surroundings);

}  // namespace fortnight::config
