#pragma once

#include <cstdint>
#include <string>

#include "base/time.h"
#include "config/config.h"

namespace fortnight::intake {

// Minimum of MapperSettings::max_age: late calls are counted up to this age at least.
inline constexpr TimeNs kLeastMaxAge = 400 * kNsPerDay;

// The settings that all mappers of one source share, from the configuration.
struct MapperSettings {
  std::string source;   // the source's name
  std::string account;  // if not empty: the account of all its calls
  config::Format format;
  config::Redact redact;
  std::uint64_t max_line_bytes = config::kMiB;
  TimeNs future = kNsPerHour;  // how far after `now` a call may be
  // Older calls are neither kept nor counted.
  TimeNs max_age = kLeastMaxAge;
};
// `source` must be one of `config`'s sources, or name one of its formats.
MapperSettings mapper_settings(const config::Config& config, const config::Source& source);

}  // namespace fortnight::intake
