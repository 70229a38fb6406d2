// Reads the mapping of a format, from the configuration file or a preset.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "config/format.h"
#include "config/yaml_reader.h"

namespace fortnight::config {

// Whether a time zone of this name exists; empty: all do.
using ZoneCheck = std::function<bool(std::string_view name)>;

// `known` has the formats that the format's key `base` may name.
void read_format(Problems& problems, const YAML::Node& node, const std::string& name,
                 const std::map<std::string, Format>& known, Format& format,
                 const ZoneCheck& zone_known = {});

}  // namespace fortnight::config
