// fortnight.yaml, strictly: an unknown key, a wrong type or a bad value is an error, and all errors
// are listed, each with its line, what was expected, and the nearest known key.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.h"
#include "config/problem.h"

namespace fortnight::config {

struct Loaded {
  std::optional<Config> config;   // absent where there are problems
  std::vector<Problem> problems;  // in the file's order
};

// Whether a time zone of this name is known; this room knows none.
using ZoneCheck = std::function<bool(std::string_view name)>;

// `file` names the text in problems.
Loaded load_text(const std::string& text, const std::string& file, const ZoneCheck& zone_known);
// A file that can't be read is a problem too.
Loaded load_file(const std::filesystem::path& file, const ZoneCheck& zone_known);

}  // namespace fortnight::config
