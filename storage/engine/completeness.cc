#include "storage/engine/completeness.h"

#include <algorithm>
#include <optional>

namespace fortnight::storage {
namespace {

bool overlaps(Day day, TimeNs from, TimeNs to) {
  return day >= day_of(from) && day <= day_of(to) && day_start(day) < to;
}

bool has_calls(const FileName& name) {
  return name.kind == FileKind::part || name.kind == FileKind::segment ||
         name.kind == FileKind::journal;
}

// Of dropped days that are known to have had calls.
class DroppedDays {
 public:
  DroppedDays(const Manifest& manifest, TimeNs from, TimeNs to)
      : manifest_(manifest), from_(from), to_(to) {}

  // A day that calls were counted of.
  void add(Day day) {
    if (manifest_.keeps(day)) return;
    last_ = std::max(last_.value_or(day), day);
    asked_for_ = asked_for_ || overlaps(day, from_, to_);
  }
  // The day behind the last one, where calls are missing that were asked for.
  [[nodiscard]] std::optional<TimeNs> retained_from() const {
    return asked_for_ ? std::optional(day_start(*last_ + 1)) : std::nullopt;
  }

 private:
  const Manifest& manifest_;
  TimeNs from_;
  TimeNs to_;
  std::optional<Day> last_;
  bool asked_for_ = false;
};

}  // namespace

bool may_have_held(const FileName& lost, TimeNs from, TimeNs to) {
  if (lost.kind == FileKind::journal) return lost.day >= day_of(from);
  return overlaps(lost.day, from, to);
}

Completeness completeness_of_calls(const View& view, TimeNs from, TimeNs to) {
  const Version& version = *view.version;
  Completeness out;
  for (const FileName& name : version.manifest.lost) {
    if (has_calls(name) && may_have_held(name, from, to)) ++out.damaged;
  }
  for (auto day = version.parts.lower_bound(day_of(from)); day != version.parts.end(); ++day) {
    if (!overlaps(day->first, from, to)) break;
    for (const LivePart& part : day->second) {
      if (!part.reader) ++out.damaged;
    }
  }
  // Only what was counted is known to have been there.
  DroppedDays dropped(version.manifest, from, to);
  for (const LiveRollup& rollup : version.rollups) dropped.add(rollup.entry.name.day);
  for (const auto& piece : view.head) {
    for (const Day day : piece->days) dropped.add(day);
  }
  out.retained_from = dropped.retained_from();
  out.complete = out.damaged == 0 && !out.retained_from;
  return out;
}

}  // namespace fortnight::storage
