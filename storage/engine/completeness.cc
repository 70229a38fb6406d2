#include "storage/engine/completeness.h"

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

}  // namespace

bool may_have_held(const FileName& lost, TimeNs from, TimeNs to) {
  if (lost.kind == FileKind::journal) return lost.day >= day_of(from);
  return overlaps(lost.day, from, to);
}

Completeness completeness_of_calls(const Version& version, TimeNs from, TimeNs to) {
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
  out.complete = out.damaged == 0;
  // Only what was counted is known to have been there.
  std::optional<Day> last_dropped;
  bool asked = false;
  for (const LiveRollup& rollup : version.rollups) {
    const Day day = rollup.entry.name.day;
    if (version.manifest.keeps(day)) continue;
    last_dropped = day;
    asked = asked || overlaps(day, from, to);
  }
  if (asked) {
    out.complete = false;
    out.retained_from = day_start(*last_dropped + 1);
  }
  return out;
}

}  // namespace fortnight::storage
