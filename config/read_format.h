// Reads the mapping of a format, from the configuration file or a preset.
#pragma once

#include <map>
#include <string>

#include "config/format.h"
#include "config/yaml_reader.h"

namespace fortnight::config {

// `known` has the formats that the format's key `base` may name.
void read_format(Problems& problems, const YAML::Node& node, const std::string& name,
                 const std::map<std::string, Format>& known, Format& format);

}  // namespace fortnight::config
