// An IANA time zone of the system's database, beyond the clock changes that it lists too: where a
// zone has a rule for the years to come, that goes on.
#pragma once

#include <absl/time/time.h>

#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace fortnight::query {

// Nanoseconds since 1970-01-01T00:00:00 on a zone's clocks.
using LocalNs = std::int64_t;

// Cheap to copy; lives as long as the process. Thread-safe.
class TimeZone {
 public:
  // Nothing where the database has no zone of that name.
  static std::optional<TimeZone> find(std::string_view name);
  static TimeZone utc();

  [[nodiscard]] std::string name() const { return zone_.name(); }

  // A stretch of time in which clocks show UTC plus one offset: [begin, end).
  struct Stretch {
    TimeNs begin;
    TimeNs end;
    std::int64_t offset_ns;
  };
  [[nodiscard]] Stretch stretch(TimeNs time) const;

  [[nodiscard]] LocalNs local(TimeNs time) const;
  // When clocks show `local`: the earlier time where they show it twice, the next instant that they
  // show where they never do.
  [[nodiscard]] TimeNs instant(LocalNs local) const;
  // The first instant of the local day that holds `time`, moved by `days` local days.
  [[nodiscard]] TimeNs day_start(TimeNs time, int days = 0) const;
  // The same time of day, `days` local days later.
  [[nodiscard]] TimeNs plus_days(TimeNs time, int days) const;

  // "2026-11-20T08:15:30.5+01:00", with as many digits of a fraction as it takes.
  [[nodiscard]] std::string format(TimeNs time) const;

 private:
  explicit TimeZone(absl::TimeZone zone) : zone_(zone) {}
  [[nodiscard]] std::int64_t offset_ns(TimeNs time) const;

  absl::TimeZone zone_;
};

}  // namespace fortnight::query
