#include "storage/engine/engine_status.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/civil_time.h"
#include "base/json_writer.h"
#include "storage/engine/completeness.h"
#include "storage/engine/past_cap.h"
#include "storage/engine/retention.h"

namespace fortnight::storage {
namespace {

// The most lost files to name; `lost_files` has the number of all.
constexpr std::size_t kMostLostNamed = 100;

struct Totals {
  std::uint64_t files = 0;
  std::uint64_t calls = 0;
  std::uint64_t bytes = 0;
  std::uint64_t line_bytes = 0;
  std::uint64_t unreadable = 0;

  void write(JsonWriter& json) const {
    json.open_object().key("files").number(files).key("calls").number(calls);
    json.key("bytes").number(bytes).close_object();
  }
};

std::map<FileKind, Totals> totals_of(const Version& version) {
  std::map<FileKind, Totals> totals;
  for (const auto& [day, parts] : version.parts) {
    for (const LivePart& part : parts) {
      Totals& of_kind = totals[part.entry.name.kind];
      ++of_kind.files;
      of_kind.calls += part.entry.summary.calls;
      of_kind.bytes += part.entry.summary.bytes;
      of_kind.line_bytes += part.entry.summary.line_bytes;
      if (!part.reader) ++of_kind.unreadable;
    }
  }
  for (const LiveRollup& rollup : version.rollups) {
    Totals& of_kind = totals[rollup.entry.name.kind];
    ++of_kind.files;
    of_kind.calls += rollup.entry.calls;
    of_kind.bytes += rollup.entry.bytes;
    if (!rollup.file->readable()) ++of_kind.unreadable;
  }
  return totals;
}

void write_intake(const EngineState& state, JsonWriter& json) {
  json.open_object().key("calls").number(state.counters.calls);
  json.key("late").number(state.counters.late).key("skipped").number(state.counters.skipped);
  json.key("rejects").open_object();
  for (const auto& [reason, count] : state.counters.rejects) json.key(reason).number(count);
  json.close_object().key("refused_appends").number(state.refused).key("stopped");
  if (state.refusal) {
    json.text(*state.refusal);
  } else {
    json.null();
  }
  json.close_object();
}

void write_journal(const EngineState& state, JsonWriter& json) {
  json.open_object().key("bytes").number(state.journal_bytes);
  json.key("synced_record").number(state.synced_lsn);
  json.key("covered_record").number(state.version->manifest.covered_lsn);
  json.key("replayed_at_start").number(state.recovery.replayed_records);
  json.key("lost_records").number(state.recovery.lost_records);
  json.key("discarded_records").number(state.recovery.discarded_records);
  json.key("read_errors").number(state.recovery.journal_read_errors).close_object();
}

void write_disk(const EngineState& state, const EngineOptions& options, JsonWriter& json) {
  json.open_object();
  if (state.disk_free) {
    json.key("free_bytes").number(*state.disk_free);
    json.key("nearly_full").boolean(*state.disk_free < options.nearly_full_bytes());
  }
  json.key("reserve_bytes").number(options.disk_reserve).close_object();
}

void write_rejects(const Manifest& manifest, JsonWriter& json) {
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
  for (const RejectsEntry& file : manifest.rejects) {
    if (file.rejects == 0) continue;  // has only counts
    ++files;
    bytes += file.bytes;
  }
  json.open_object().key("files").number(files);
  json.key("bytes").number(bytes).close_object();
}

void write_damage(const EngineState& state, const std::map<FileKind, Totals>& totals,
                  JsonWriter& json) {
  std::uint64_t unreadable = 0;
  for (const auto& [kind, total] : totals) unreadable += total.unreadable;
  json.open_object().key("lost_files").number(state.version->manifest.lost.size());
  json.key("unreadable_files").number(unreadable);
  json.key("damaged_manifests").number(state.recovery.damaged_manifests);
  const auto& lost = state.version->manifest.lost;
  const bool rebuilt = std::any_of(lost.begin(), lost.end(), [](const FileName& name) {
    return name.kind == FileKind::manifest;
  });
  json.key("rebuilt_from_files").boolean(state.recovery.rebuilt || rebuilt);
  json.key("unaccounted")
      .number(static_cast<std::uint64_t>(std::count_if(lost.begin(), lost.end(), is_unaccounted)));
  json.key("lost").open_array();
  for (std::size_t i = 0; i < std::min(lost.size(), kMostLostNamed); ++i) json.text(lost[i].path());
  json.close_array();
  json.key("read_failures").number(state.unreadable);
  json.key("taken_in_files").number(state.recovery.taken_files);
  json.key("set_aside_files").number(state.recovery.set_aside_files);
  json.key("leftovers_removed").number(state.recovery.removed_files).close_object();
}

// Days whose calls will be dropped once the clock that jumped has kept its new time.
std::set<Day> days_waiting(const EngineState& state, const EngineOptions& options) {
  std::set<Day> days;
  if (!state.clock_holds_until) return days;
  const TimeNs jumped_to = *state.clock_holds_until - options.clock_hold;
  const Day first_kept = first_kept_day(jumped_to, options.retention_days);
  for (const PartEntry& part : state.version->manifest.parts) {
    if (part.name.day < first_kept) days.insert(part.name.day);
  }
  return days;
}

// Which day is dropped next and why, before it is dropped.
void write_retention(const EngineState& state, const EngineOptions& options, JsonWriter& json) {
  const Manifest& manifest = state.version->manifest;
  std::uint64_t bytes = 0;
  std::optional<Day> oldest;
  for (const PartEntry& part : manifest.parts) {
    bytes += part.summary.bytes;
    oldest = std::min(oldest.value_or(part.name.day), part.name.day);
  }
  json.open_object().key("days").number(static_cast<std::uint64_t>(options.retention_days));
  json.key("max_bytes").number(options.max_bytes);
  json.key("first_kept").text(day_to_string(manifest.all_kept_from())).key("bytes").number(bytes);
  if (oldest) {
    json.key("oldest_day").text(day_to_string(*oldest));
    json.key("oldest_day_goes_at").text(day_to_string(*oldest + options.retention_days + 1));
  }
  constexpr std::uint64_t kNearPercent = 90;
  const bool near = options.max_bytes != 0 && bytes > options.max_bytes / 100 * kNearPercent;
  json.key("oldest_day_goes_soon_for_room").boolean(near && oldest.has_value());
  json.key("waits_for_clock").boolean(state.clock_holds_until.has_value());
  json.key("days_waiting").number(days_waiting(state, options).size()).close_object();
}

// Erasures of which files may still have something.
void write_erasures(const EngineState& state, JsonWriter& json) {
  const Manifest& manifest = state.version->manifest;
  std::uint64_t calls = 0;
  for (const PartEntry& part : manifest.parts) calls += count_of(part.erased);
  json.open_object().key("pending").number(manifest.erasures.size());
  json.key("calls_in_files").number(calls);
  json.key("files").number(manifest.erased_files.size() + manifest.erased_paths.size());
  const TimeNs since = manifest.erasures.empty() ? 0 : manifest.erasures.front().at;
  const bool overdue = !manifest.erasures.empty() && state.trusted - since >= kErasedFilesGoneAfter;
  json.key("overdue").boolean(overdue).key("since");
  if (manifest.erasures.empty()) {
    json.null();
  } else {
    std::string text;
    append_rfc3339(since, 0, text);
    json.text(text);
  }
  json.close_object();
}

}  // namespace

void write_engine_status(const EngineState& state, const EngineOptions& options, JsonWriter& json) {
  write_intake(state, json.key("intake"));
  write_journal(state, json.key("journal"));
  json.key("head").open_object().key("calls").number(state.head_calls);
  json.key("bytes").number(state.head_bytes).close_object();
  std::map<FileKind, Totals> totals = totals_of(*state.version);
  totals[FileKind::part].write(json.key("parts"));
  totals[FileKind::segment].write(json.key("segments"));
  totals[FileKind::rollup].write(json.key("rollups"));
  totals[FileKind::late_rollup].write(json.key("late_rollups"));
  write_past_cap(*state.version, options.caps, json.key("values_past_cap"));
  write_rejects(state.version->manifest, json.key("rejects_files"));
  write_disk(state, options, json.key("disk"));
  json.key("memory").open_object().key("head_bytes").number(state.head_bytes);
  json.key("cache_bytes").number(state.cache_bytes).close_object();
  write_retention(state, options, json.key("retention"));
  json.key("maintenance").open_object();
  json.key("arrived_line_bytes").number(state.version->written.arrived);
  json.key("written_line_bytes").number(state.version->written.all);
  json.key("failures").number(state.failures);
  json.key("last_failure").text(state.last_failure).close_object();
  write_erasures(state, json.key("erasures"));
  write_damage(state, totals, json.key("damage"));
}

}  // namespace fortnight::storage
