// Which days' calls may go, and whether the clock can be believed.
#pragma once

#include <cstdint>
#include <optional>

#include "base/time.h"
#include "storage/engine/manifest.h"

namespace fortnight::storage {

// The time that retention goes by. It follows the clock, but a jump forward of more than a day is
// only believed once the clock has held for a while: a wrong clock must not delete anything. Not
// thread-safe.
class RetentionClock {
 public:
  // `trusted` is the newest time that was believed before the start.
  RetentionClock(TimeNs trusted, TimeNs hold) : trusted_(trusted), hold_(hold) {}

  // Tells it the time; returns the trusted time.
  TimeNs observe(TimeNs now);
  [[nodiscard]] TimeNs trusted() const { return trusted_; }
  // When a jump that was seen will be believed, if the clock holds.
  [[nodiscard]] std::optional<TimeNs> holds_until() const;

 private:
  TimeNs trusted_;
  TimeNs hold_;
  // Since a jump: where the clock stood then, and where it stands.
  struct Jump {
    TimeNs since;
    TimeNs last;
  };
  std::optional<Jump> jump_;
};

// The first day whose calls are kept by age.
Day first_kept_day(TimeNs trusted, int retention_days);
// `manifest` with `day` as its first kept day. Where that goes back, since a clock that was wrong
// was put right, days of which calls were counted and not kept stay dropped: no others do.
Manifest with_first_kept(Manifest manifest, Day day);
// The oldest day, where the parts of all days take more than `max_bytes` (0: no bound); never the
// only one.
std::optional<Day> day_over_budget(const Manifest& manifest, std::uint64_t max_bytes);

// `manifest` without its oldest rejects: those from before the first kept day, and as many as it
// takes to come down to `max_bytes`. The last file stays where it has counts alone.
Manifest without_old_rejects(Manifest manifest, std::uint64_t max_bytes);

// `manifest` without the calls of days that it doesn't keep any more, and without what is only
// known because of them.
Manifest without_dropped(Manifest manifest);

}  // namespace fortnight::storage
