// The built-in formats: YAML texts in config/presets/, embedded at build time and read by the same
// code as configured formats.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/format.h"

namespace fortnight::config {

// By name. Each is a file of config/presets/.
const std::map<std::string, Format>& preset_formats();

// Their names and YAML texts, by name.
const std::vector<std::pair<std::string_view, std::string_view>>& preset_texts();

}  // namespace fortnight::config
