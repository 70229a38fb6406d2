#include "storage/engine/completeness.h"

#include <algorithm>
#include <optional>

#include "base/checksum.h"

namespace fortnight::storage {
namespace {

bool overlaps(Day day, TimeNs from, TimeNs to) {
  return day >= day_of(from) && day <= day_of(to) && day_start(day) < to;
}

bool has_calls(const FileName& name) {
  return name.kind == FileKind::part || name.kind == FileKind::segment || is_unaccounted(name);
}

// Whether calls of [from, to) are known to have been dropped. Only counted calls are known to have
// existed.
bool were_dropped(const View& view, TimeNs from, TimeNs to) {
  const Version& version = *view.version;
  const auto dropped = [&](Day day) {
    return !version.manifest.keeps(day) && overlaps(day, from, to);
  };
  return std::any_of(version.rollups.begin(), version.rollups.end(),
                     [&](const LiveRollup& rollup) { return dropped(rollup.entry.name.day); }) ||
         std::any_of(view.head.begin(), view.head.end(), [&](const auto& piece) {
           return std::any_of(piece->days.begin(), piece->days.end(), dropped);
         });
}

}  // namespace

std::uint64_t damage_number(const FileName& name) { return checksum64(name.path()); }

bool is_unaccounted(const FileName& lost) {
  return lost.kind == FileKind::journal || lost.kind == FileKind::manifest;
}

bool may_have_held(const FileName& lost, TimeNs from, TimeNs to) {
  if (is_unaccounted(lost)) return lost.day >= day_of(from);
  return overlaps(lost.day, from, to);
}

Completeness completeness_of_calls(const View& view, TimeNs from, TimeNs to) {
  const Version& version = *view.version;
  Completeness out;
  for (const FileName& name : version.manifest.lost) {
    if (has_calls(name) && may_have_held(name, from, to)) out.miss(damage_number(name));
  }
  for (auto day = version.parts.lower_bound(day_of(from)); day != version.parts.end(); ++day) {
    if (!overlaps(day->first, from, to)) break;
    for (const LivePart& part : day->second) {
      if (!part.reader) out.miss(damage_number(part.entry.name));
    }
  }
  if (were_dropped(view, from, to)) {
    out.complete = false;
    out.retained_from = day_start(version.manifest.all_kept_from());
  }
  return out;
}

}  // namespace fortnight::storage
