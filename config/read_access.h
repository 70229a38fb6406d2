// Reads who may ask, and the certificate that the ports show them.
#pragma once

#include <functional>
#include <string_view>

#include "config/config.h"
#include "config/yaml_reader.h"

namespace fortnight::config {

// `right_known`: whether a right of this name exists; if empty, each does.
void read_access(Problems& problems, const Node& node,
                 const std::function<bool(std::string_view name)>& right_known, Access& access);
// Sets `tls` only if the section is complete.
void read_tls(Problems& problems, const Node& node, Tls& tls);

}  // namespace fortnight::config
