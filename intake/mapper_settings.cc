#include "intake/mapper_settings.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace fortnight::intake {

MapperSettings mapper_settings(const config::Config& config, const config::Source& source,
                               std::shared_ptr<const KeyedHash> hash) {
  // A call of the first kept day is up to one day older than the number of kept days.
  const TimeNs kept = (TimeNs{config.retention.days} + 1) * kNsPerDay;
  return {source.name,
          source.account,
          config.formats.at(source.format),
          config.redact,
          std::move(hash),
          config.limits.max_line_bytes,
          std::chrono::nanoseconds(config.limits.future).count(),
          std::max(kLeastMaxAge, kept)};
}

bool may_bring(const std::vector<std::string>& accounts, std::string_view account) {
  return std::binary_search(accounts.begin(), accounts.end(), account);
}

}  // namespace fortnight::intake
