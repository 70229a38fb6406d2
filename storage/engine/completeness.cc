#include "storage/engine/completeness.h"

#include <optional>

namespace fortnight::storage {
namespace {

bool overlaps(Day day, TimeNs from, TimeNs to) {
  return day >= day_of(from) && day <= day_of(to) && day_start(day) < to;
}

bool holds_calls(const FileName& name) {
  return name.kind == FileKind::part || name.kind == FileKind::segment;
}

}  // namespace

Completeness completeness_of_calls(const Version& version, TimeNs from, TimeNs to) {
  Completeness out;
  for (const FileName& name : version.manifest.lost) {
    if (holds_calls(name) && overlaps(name.day, from, to)) ++out.damaged;
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
  for (const auto& [day, rollups] : version.rollups) {
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
