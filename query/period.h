// The period of a request, from its date=, from= and to=.
#pragma once

#include <optional>
#include <string>

#include "base/time.h"
#include "base/time_zone.h"
#include "query/request.h"

namespace fortnight::query {

struct Period {
  TimeNs from = kMinTime;  // inclusive
  TimeNs to = kMaxTime;    // exclusive
  // Whether compare=previous means the same times of day of earlier days: for whole local days, and
  // for a calendar period that isn't over. False: it means the same length of time just before.
  bool calendar = false;

  // Whether the period is all kept calls: date=all, or IDs without a date.
  [[nodiscard]] bool everything() const { return from == kMinTime && to == kMaxTime; }
};

// The parameters as given; null if absent.
struct PeriodWords {
  const Value* date = nullptr;
  const Value* from = nullptr;
  const Value* to = nullptr;
  [[nodiscard]] bool none() const { return date == nullptr && from == nullptr && to == nullptr; }
};

// Returns today if no parameter is given. The result is never empty: a day that the zone skipped is
// an error.
Parsed<Period> parse_period(const PeriodWords& words, const TimeZone& zone, TimeNs now);

// What a period is compared with. The order is that of compare='s words.
enum class Compared : std::uint8_t {
  previous,  // the same length of time just before; of a `calendar` period, the same times of day
  day,       // the same hours of the previous day
  week,      // the same hours one week earlier
};

// The distance to the other period.
class Shift {
 public:
  Shift(Compared with, const Period& period, const TimeZone& zone);

  // Maps an instant of the period, or its end, to the other period. The time of day stays the same
  // if the distance is whole days.
  [[nodiscard]] TimeNs back(TimeNs time) const;
  // The distance in local days. 0: the other period ends where this one begins.
  [[nodiscard]] int days() const { return days_; }

 private:
  TimeZone zone_;
  int days_ = 0;
  TimeNs length_ = 0;
  TimeNs latest_ = kMaxTime;
};

}  // namespace fortnight::query
