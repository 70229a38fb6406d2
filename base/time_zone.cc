#include "base/time_zone.h"

#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>

#include "base/civil_time.h"

namespace fortnight {

namespace {

// Whether the database has a file for that zone. Names of zones begin with a capital letter; other
// files there don't. Abseil would open any path and caches every name that it is asked for, known
// or not, so it is asked for these only.
bool has_file(std::string_view name) {
  constexpr std::string_view letters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/_+-";
  constexpr std::size_t longest = 64;
  const bool plain = !name.empty() && name.size() <= longest && name[0] >= 'A' && name[0] <= 'Z' &&
                     name.find_first_not_of(letters) == std::string_view::npos;
  if (!plain) return false;
  const char* const chosen = std::getenv("TZDIR");
  const std::filesystem::path directory = chosen == nullptr ? "/usr/share/zoneinfo" : chosen;
  std::error_code error;
  return std::filesystem::is_regular_file(directory / name, error);
}

// The instant of a change of clocks.
TimeNs instant_of(const absl::TimeZone::CivilTransition& change, const absl::TimeZone& zone) {
  return absl::ToUnixNanos(zone.At(change.to).trans);
}

}  // namespace

std::optional<TimeZone> TimeZone::find(std::string_view name) {
  absl::TimeZone zone;
  const std::string text(name);
  if (!has_file(text) || !absl::LoadTimeZone(text, &zone)) return std::nullopt;
  return TimeZone(zone);
}

TimeZone TimeZone::utc() { return TimeZone(absl::UTCTimeZone()); }

std::int64_t TimeZone::offset_ns(TimeNs time) const {
  return zone_.At(absl::FromUnixNanos(time)).offset * kNsPerSecond;
}

TimeZone::Stretch TimeZone::stretch(TimeNs time) const {
  const absl::Time at = absl::FromUnixNanos(time);
  Stretch stretch{kMinTime, kMaxTime, offset_ns(time)};
  absl::TimeZone::CivilTransition change;
  if (zone_.PrevTransition(at + absl::Seconds(1), &change)) {
    stretch.begin = instant_of(change, zone_);
  }
  if (zone_.NextTransition(at, &change)) stretch.end = instant_of(change, zone_);
  return stretch;
}

LocalNs TimeZone::local(TimeNs time) const { return time + offset_ns(time); }

TimeNs TimeZone::instant(LocalNs local) const {
  const std::int64_t second = floor_div(local, kNsPerSecond);
  const absl::TimeZone::TimeInfo shown = zone_.At(absl::CivilSecond(1970) + second);
  const bool never = shown.kind == absl::TimeZone::TimeInfo::SKIPPED;
  if (never) return absl::ToUnixNanos(shown.trans);
  return absl::ToUnixNanos(shown.pre) + (local - second * kNsPerSecond);
}

TimeNs TimeZone::day_start(TimeNs time, int days) const {
  return instant((floor_div(local(time), kNsPerDay) + days) * kNsPerDay);
}

TimeNs TimeZone::plus_days(TimeNs time, int days) const {
  return instant(local(time) + days * kNsPerDay);
}

std::string TimeZone::format(TimeNs time) const {
  const std::int64_t offset = offset_ns(time) / kNsPerSecond;
  const std::int64_t minutes = (offset < 0 ? -offset : offset) / 60;
  std::string out;
  append_civil_time(time + offset * kNsPerSecond, fraction_digits(time), out);
  return out + fmt::format("{}{:02}:{:02}", offset < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

}  // namespace fortnight
