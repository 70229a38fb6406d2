#pragma once

#include <cstdint>
#include <string>

#include "base/time.h"
#include "config/config.h"

namespace fortnight::intake {

// Calls that come too late to be kept are counted up to this age, and all that may be kept are.
inline constexpr TimeNs kLeastMaxAge = 400 * kNsPerDay;

// What all the mappers of one source share, as the configuration has it.
struct MapperSettings {
  std::string source;   // the source's name
  std::string account;  // where not empty: of all its calls
  config::Format format;
  config::Redact redact;
  std::uint64_t max_line_bytes = config::kMiB;
  TimeNs future = kNsPerHour;  // how far ahead of `now` a call may be
  // Older calls are neither kept nor counted.
  TimeNs max_age = kLeastMaxAge;
};
// `source` must be one of `config`'s, or name one of its formats.
MapperSettings mapper_settings(const config::Config& config, const config::Source& source);

}  // namespace fortnight::intake
