// A period cut into buckets at local quarters, hours or days.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "query/period.h"
#include "query/time_zone.h"

namespace fortnight::query {

enum class Step : std::uint8_t { quarter, hour, day };

// "15m", "1h", "1d".
std::string_view name_of(Step step);
std::optional<Step> parse_step(std::string_view name);
// What `auto` is: quarters up to a day, hours up to 7 days, else days.
Step auto_step(const Period& period, const TimeZone& zone);

struct Buckets {
  // Bucket i is [edges[i], edges[i + 1]); all together they are the period.
  std::vector<TimeNs> edges;
  // Where bucket i begins on the zone's clocks. Before edges[i] for the first, where the period
  // begins within it.
  std::vector<TimeNs> starts;
  [[nodiscard]] std::size_t size() const { return starts.size(); }
};

// A local hour that clocks show twice is two buckets; a local day is one, be it of 23 or 25 hours.
// Nothing where there would be more than `most`.
std::optional<Buckets> cut(const Period& period, const TimeZone& zone, Step step,
                           std::uint64_t most);

}  // namespace fortnight::query
