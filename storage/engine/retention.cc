#include "storage/engine/retention.h"

#include <algorithm>
#include <map>

#include "storage/engine/completeness.h"

namespace fortnight::storage {

TimeNs RetentionClock::observe(TimeNs now) {
  if (now - trusted_ <= kNsPerDay || hold_ == 0) {
    // The clock advanced normally, or went back. Going back drops nothing.
    trusted_ = now;
    jump_.reset();
    return trusted_;
  }
  // The clock must be observed to run on: a leap across the holding time is another jump.
  const TimeNs leap = std::min(hold_, kNsPerDay);
  const bool jumped_again = jump_ && (now < jump_->last || now - jump_->last > leap);
  if (!jump_ || jumped_again) jump_ = Jump{now, now};
  jump_->last = now;
  if (now - jump_->since >= hold_) {
    trusted_ = now;
    jump_.reset();
  }
  return trusted_;
}

std::optional<TimeNs> RetentionClock::holds_until() const {
  if (!jump_) return std::nullopt;
  return jump_->since + hold_;
}

Day first_kept_day(TimeNs trusted, int retention_days) { return day_of(trusted) - retention_days; }

Manifest with_first_kept(Manifest manifest, Day day) {
  const auto keep_dropped = [&](Day counted) {
    if (counted >= day && counted < manifest.first_kept) manifest.dropped.insert(counted);
  };
  for (const RollupEntry& rollup : manifest.rollups) keep_dropped(rollup.name.day);
  for (const FileName& lost : manifest.lost) {
    if (!is_unaccounted(lost) && lost.kind != FileKind::rejects) keep_dropped(lost.day);
  }
  manifest.first_kept = day;
  return manifest;
}

std::optional<Day> day_over_budget(const Manifest& manifest, std::uint64_t max_bytes) {
  if (max_bytes == 0) return std::nullopt;
  std::map<Day, std::uint64_t> bytes_of;
  std::uint64_t bytes = 0;
  for (const PartEntry& part : manifest.parts) {
    bytes_of[part.name.day] += part.summary.bytes;
    bytes += part.summary.bytes;
  }
  if (bytes <= max_bytes || bytes_of.size() < 2) return std::nullopt;
  return bytes_of.begin()->first;
}

Manifest without_dropped(Manifest manifest) {
  std::erase_if(manifest.parts,
                [&](const PartEntry& part) { return !manifest.keeps(part.name.day); });
  std::erase_if(manifest.lost, [&](const FileName& name) {
    const bool of_calls = name.kind == FileKind::part || name.kind == FileKind::segment;
    return of_calls && !manifest.keeps(name.day);
  });
  std::erase_if(manifest.sealed, [&](Day day) { return !manifest.keeps(day); });
  std::erase_if(manifest.dropped, [&](Day day) { return day < manifest.first_kept; });
  return manifest;
}

Manifest without_old_rejects(Manifest manifest, std::uint64_t max_bytes) {
  std::uint64_t bytes = 0;
  for (const RejectsEntry& file : manifest.rejects) bytes += file.bytes;
  std::sort(manifest.rejects.begin(), manifest.rejects.end(),
            [](const RejectsEntry& a, const RejectsEntry& b) { return a.number < b.number; });
  const std::uint64_t last = manifest.rejects.empty() ? 0 : manifest.rejects.back().number;
  std::erase_if(manifest.rejects, [&](const RejectsEntry& file) {
    if (file.rejects == 0) return file.number != last;  // it only has counts
    const bool old = day_of(file.newest) < manifest.first_kept;
    if (!old && bytes <= max_bytes) return false;
    bytes -= file.bytes;
    return true;
  });
  std::erase_if(manifest.lost, [&](const FileName& name) {
    return name.kind == FileKind::rejects && name.day < manifest.first_kept;
  });
  return manifest;
}

}  // namespace fortnight::storage
