#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/keyed_hash.h"
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
  std::shared_ptr<const KeyedHash> hash;  // of redact.hash_keys; null: `[redacted]` replaces them
  std::uint64_t max_line_bytes = config::kMiB;
  TimeNs future = kNsPerHour;  // how far after `now` a call may be
  // Older calls are neither kept nor counted.
  TimeNs max_age = kLeastMaxAge;
};
// `source` must be one of `config`'s sources, or name one of its formats. `hash` may be null.
MapperSettings mapper_settings(const config::Config& config, const config::Source& source,
                               std::shared_ptr<const KeyedHash> hash = nullptr);

// Whether a sender of these accounts (ascending) may bring calls of the account.
bool may_bring(const std::vector<std::string>& accounts, std::string_view account);

}  // namespace fortnight::intake
