// The stretch of time that a request asks about, from its date=, from= and to=.
#pragma once

#include <optional>
#include <string>

#include "base/time.h"
#include "query/request.h"
#include "query/time_zone.h"

namespace fortnight::query {

struct Period {
  TimeNs from = kMinTime;  // included
  TimeNs to = kMaxTime;    // excluded
  // Given in dates and times of day; false: a number of hours or minutes until now, or everything.
  bool calendar = false;

  // All that is kept: date=all, or IDs without a date.
  [[nodiscard]] bool everything() const { return from == kMinTime && to == kMaxTime; }
};

// The parameters as they were written; null where they weren't.
struct PeriodWords {
  const Value* date = nullptr;
  const Value* from = nullptr;
  const Value* to = nullptr;
  [[nodiscard]] bool none() const { return date == nullptr && from == nullptr && to == nullptr; }
};

// Without words it is today. Never empty: a day that the zone's clocks went past is an error.
Parsed<Period> parse_period(const PeriodWords& words, const TimeZone& zone, TimeNs now);

// What a period is compared with, in the order of the words that compare= takes.
enum class Compared : std::uint8_t {
  previous,  // the same hours of the days before; of hours or minutes until now, those before them
  day,       // the same hours of the day before
  week,      // the same hours one week before
};

// How far back the other period is.
class Shift {
 public:
  Shift(Compared with, const Period& period, const TimeZone& zone);

  // An instant of the period, or its end, as it is in the other one: at the same time of day where
  // whole days lie between the two.
  [[nodiscard]] TimeNs back(TimeNs time) const;
  // The local days between the two; 0: as much time as the period takes.
  [[nodiscard]] int days() const { return days_; }

 private:
  TimeZone zone_;
  int days_ = 0;
  TimeNs length_ = 0;
  TimeNs latest_ = kMaxTime;
};

}  // namespace fortnight::query
