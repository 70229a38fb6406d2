// The configuration of Filebeat: its inputs, its modules, and the files that it includes.
#pragma once

#include <yaml-cpp/yaml.h>

#include <string>

#include "tools/format/shippers.h"

namespace fortnight::format {

// A filebeat.yml, or one of the files that it includes, such as modules.d/nginx.yml.
bool is_filebeat(const YAML::Node& root);

// `directory`: of the file, for those that it includes. Throws YAML::Exception.
Shipper read_filebeat(const YAML::Node& root, const std::string& directory);

}  // namespace fortnight::format
