// Which days' calls may be dropped, and whether the clock can be trusted.
#pragma once

#include <cstdint>
#include <optional>

#include "base/time.h"
#include "storage/engine/manifest.h"

namespace fortnight::storage {

// The time that retention uses. It follows the clock, but a jump forward by more than a day is
// trusted only after the clock has kept the new time for a while: a wrong clock must not delete
// anything. Not thread-safe.
class RetentionClock {
 public:
  // `trusted` is the newest time that was trusted before the start.
  RetentionClock(TimeNs trusted, TimeNs hold) : trusted_(trusted), hold_(hold) {}

  // Takes the current time; returns the trusted time.
  TimeNs observe(TimeNs now);
  [[nodiscard]] TimeNs trusted() const { return trusted_; }
  // When a pending jump will be trusted, if the clock keeps its time.
  [[nodiscard]] std::optional<TimeNs> holds_until() const;

 private:
  TimeNs trusted_;
  TimeNs hold_;
  // A pending jump: the clock when it was noticed, and the clock now.
  struct Jump {
    TimeNs since;
    TimeNs last;
  };
  std::optional<Jump> jump_;
};

// The first day whose calls are kept by age.
Day first_kept_day(TimeNs trusted, int retention_days);
// Returns `manifest` with `day` as its first kept day. If that moves back, because a wrong clock
// was corrected, exactly those days stay dropped that have counts but lost their calls.
Manifest with_first_kept(Manifest manifest, Day day);
// Returns the oldest day if all parts together exceed `max_bytes` (0: no bound); never the only
// day.
std::optional<Day> day_over_budget(const Manifest& manifest, std::uint64_t max_bytes);

// Returns `manifest` without its oldest rejects: those from before the first kept day, and those
// beyond `max_bytes`. The last file stays if it only has counts. Lost files of
// rejects from before the first kept day are removed from `lost`.
Manifest without_old_rejects(Manifest manifest, std::uint64_t max_bytes);

// Returns `manifest` without the calls of days that it no longer keeps, and without entries that
// exist only for them.
Manifest without_dropped(Manifest manifest);

}  // namespace fortnight::storage
