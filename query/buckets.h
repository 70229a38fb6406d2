// Cuts a period into buckets at local quarter hours, hours or days.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/time_zone.h"
#include "query/period.h"

namespace fortnight::query {

enum class Step : std::uint8_t { quarter, hour, day };

// "15m", "1h", "1d".
std::string_view name_of(Step step);
std::optional<Step> parse_step(std::string_view name);
// The step of `auto`: quarters for up to a day, hours for up to 7 days, otherwise days.
Step auto_step(const Period& period, const TimeZone& zone);

struct Buckets {
  // Bucket i is [edges[i], edges[i + 1]). Together the buckets cover the period exactly.
  std::vector<TimeNs> edges;
  // Local start of each bucket. The first may be earlier than edges[0], where the period begins
  // within the bucket.
  std::vector<TimeNs> starts;
  [[nodiscard]] std::size_t size() const { return starts.size(); }
};

// An hour that clocks show twice gives two buckets. A local day gives one, whether it has 23 or 25
// hours. Returns nothing if there would be more than `most` buckets.
std::optional<Buckets> cut(const Period& period, const TimeZone& zone, Step step,
                           std::uint64_t most);

}  // namespace fortnight::query
