// The built-in formats: YAML texts in config/presets/, embedded at build time and read by the same
// code as configured formats.
#pragma once

#include <map>
#include <string>

#include "config/format.h"

namespace fortnight::config {

// By name: fortnight, caddy, nginx, traefik, envoy, cloudflare, k8s-audit, gitlab-workhorse, vault,
// express.
const std::map<std::string, Format>& preset_formats();

}  // namespace fortnight::config
