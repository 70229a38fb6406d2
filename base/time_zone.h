// An IANA time zone of the system's database. A zone's rule for future years also applies beyond
// the changes of clocks that the database lists.
#pragma once

#include <absl/time/time.h>

#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace fortnight {

// Nanoseconds since 1970-01-01T00:00:00 on a zone's clocks.
using LocalNs = std::int64_t;

// Cheap to copy; lives as long as the process. Thread-safe.
class TimeZone {
 public:
  // Returns nothing if the database has no zone of that name.
  static std::optional<TimeZone> find(std::string_view name);
  static TimeZone utc();

  [[nodiscard]] std::string name() const { return zone_.name(); }

  // A stretch of time with one offset from UTC: [begin, end).
  struct Stretch {
    TimeNs begin;
    TimeNs end;
    std::int64_t offset_ns;
  };
  [[nodiscard]] Stretch stretch(TimeNs time) const;

  [[nodiscard]] LocalNs local(TimeNs time) const;
  // The instant at which clocks show `local`. The earlier one if they show it twice; the next
  // instant that they show if they skip it.
  [[nodiscard]] TimeNs instant(LocalNs local) const;
  // The first instant of the local day that contains `time`, moved by `days` local days.
  [[nodiscard]] TimeNs day_start(TimeNs time, int days = 0) const;
  // The same time of day, `days` local days later.
  [[nodiscard]] TimeNs plus_days(TimeNs time, int days) const;

  // "2026-11-20T08:15:30.5+01:00", with as many digits of a fraction as needed.
  [[nodiscard]] std::string format(TimeNs time) const;

 private:
  explicit TimeZone(absl::TimeZone zone) : zone_(zone) {}
  [[nodiscard]] std::int64_t offset_ns(TimeNs time) const;

  absl::TimeZone zone_;
};

}  // namespace fortnight
