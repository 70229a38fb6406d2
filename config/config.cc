#include "config/config.h"

#include "config/presets.h"

namespace fortnight::config {

std::string Address::to_string() const {
  const bool bracketed = host.find(':') != std::string::npos;
  return (bracketed ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

std::vector<Source> default_sources() {
  const Address listen{"127.0.0.1", 14001};
  return {Source{listen.to_string(), "fortnight", "", TcpSource{listen}}};
}

Config default_config() {
  Config config;
  config.sources = default_sources();
  config.formats = preset_formats();
  return config;
}

}  // namespace fortnight::config
