// Reads a format's mapping: of the configuration file, and of the presets.
#pragma once

#include <map>
#include <string>

#include "config/format.h"
#include "config/yaml_reader.h"

namespace fortnight::config {

// `known` are the formats that its `base` may name.
void read_format(Problems& problems, const YAML::Node& node, const std::string& name,
                 const std::map<std::string, Format>& known, Format& format);

}  // namespace fortnight::config
