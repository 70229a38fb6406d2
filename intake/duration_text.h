// Parses durations as producers write them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "config/format.h"

namespace fortnight::intake {

// In nanoseconds, rounded to the nearest; nothing if the text isn't a duration, or is negative.
//
//   7.9             of the unit
//   1.2ms  12.3µs   with its own unit: ns us µs μs ms s m min h d, after blanks or none
//   1m2.5s          several units, each once, from large to small
//   00:01:02.5      hours, minutes, seconds
//   PT1M2.5S        ISO 8601, without years and months, which have no fixed length
//   0.004, 0.007    a list, separated by commas or, as nginx does, " : "; "-" is left out
std::optional<std::int64_t> parse_duration(std::string_view text, config::DurationUnit unit,
                                           config::DurationList list);

// The duration of a list that begins with `first` and continues with `next`: nothing if their sum
// is too large.
std::optional<std::int64_t> join_durations(std::int64_t first, std::int64_t next,
                                           config::DurationList list);

}  // namespace fortnight::intake
