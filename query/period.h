// The stretch of time that a request asks about, from its date=, from= and to=.
#pragma once

#include <optional>
#include <string>

#include "query/request.h"
#include "query/time_zone.h"
#include "storage/base/time.h"

namespace fortnight::query {

struct Period {
  storage::TimeNs from = storage::kMinTime;  // included
  storage::TimeNs to = storage::kMaxTime;    // excluded
  // The local days that it is made of (the last one perhaps unfinished); 0 where it isn't told in
  // days.
  int days = 0;

  // No date was asked for and none is the default: all that is retained.
  [[nodiscard]] bool everything() const {
    return from == storage::kMinTime && to == storage::kMaxTime;
  }
};

// The parameters as they were written; null where they weren't.
struct PeriodWords {
  const Value* date = nullptr;
  const Value* from = nullptr;
  const Value* to = nullptr;
  [[nodiscard]] bool none() const { return date == nullptr && from == nullptr && to == nullptr; }
};

// Without words it is today. Never empty: a day that the zone's clocks went past is an error.
Parsed<Period> parse_period(const PeriodWords& words, const TimeZone& zone, storage::TimeNs now);

// The period of the same length just before: as many local days where it is told in days (until the
// same time of day), else as many nanoseconds.
storage::TimeNs shifted_back(const Period& period, const TimeZone& zone, storage::TimeNs time);

}  // namespace fortnight::query
