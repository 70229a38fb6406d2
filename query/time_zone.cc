#include "query/time_zone.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "query/time_text.h"

namespace fortnight::query {

namespace {

using std::chrono::seconds;
using storage::kNsPerDay;
using storage::kNsPerSecond;
using storage::TimeNs;

// The database's first and last stretches reach beyond what 64 bits of nanoseconds can tell.
TimeNs clamped_ns(date::sys_seconds time) {
  constexpr std::int64_t most = storage::kMaxTime / kNsPerSecond;
  return std::clamp<std::int64_t>(time.time_since_epoch().count(), -most, most) * kNsPerSecond;
}

}  // namespace

std::optional<TimeZone> TimeZone::find(std::string_view name) {
  // The database says that it doesn't know a name by throwing.
  try {
    return TimeZone(date::locate_zone(std::string(name)));
  } catch (const std::runtime_error&) {
    return std::nullopt;
  }
}

TimeZone TimeZone::utc() { return TimeZone(date::locate_zone("UTC")); }

TimeZone::Stretch TimeZone::stretch(TimeNs time) const {
  const date::sys_info info =
      zone_->get_info(date::sys_seconds(seconds(storage::floor_div(time, kNsPerSecond))));
  return {clamped_ns(info.begin), clamped_ns(info.end), info.offset.count() * kNsPerSecond};
}

LocalNs TimeZone::local(TimeNs time) const { return time + stretch(time).offset_ns; }

TimeNs TimeZone::instant(LocalNs local) const {
  const std::int64_t second = storage::floor_div(local, kNsPerSecond);
  const date::local_info info = zone_->get_info(date::local_seconds(seconds(second)));
  if (info.result == date::local_info::nonexistent) return clamped_ns(info.first.end);
  return local - info.first.offset.count() * kNsPerSecond;
}

TimeNs TimeZone::day_start(TimeNs time, int days) const {
  return instant((storage::floor_div(local(time), kNsPerDay) + days) * kNsPerDay);
}

TimeNs TimeZone::plus_days(TimeNs time, int days) const {
  return instant(local(time) + days * kNsPerDay);
}

std::string TimeZone::format(TimeNs time) const {
  const std::int64_t offset = stretch(time).offset_ns / kNsPerSecond;
  const std::int64_t minutes = (offset < 0 ? -offset : offset) / 60;
  std::string out;
  append_civil(time + offset * kNsPerSecond, fraction_digits(time), out);
  return out + fmt::format("{}{:02}:{:02}", offset < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

}  // namespace fortnight::query
