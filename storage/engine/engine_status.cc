#include "storage/engine/engine_status.h"

#include <algorithm>
#include <map>
#include <set>

#include "storage/base/json_writer.h"
#include "storage/engine/retention.h"

namespace fortnight::storage {
namespace {

struct Totals {
  std::uint64_t files = 0;
  std::uint64_t calls = 0;
  std::uint64_t bytes = 0;
  std::uint64_t line_bytes = 0;
  std::uint64_t unreadable = 0;

  [[nodiscard]] JsonObject json() const {
    JsonObject out;
    out.number("files", files).number("calls", calls).number("bytes", bytes);
    return out;
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

JsonObject intake_json(const EngineState& state) {
  JsonObject reasons;
  for (const auto& [reason, count] : state.counters.rejects) reasons.number(reason, count);
  JsonObject out;
  out.number("calls", state.counters.calls)
      .number("late", state.counters.late)
      .number("skipped", state.counters.skipped)
      .object("rejects", reasons)
      .number("refused_appends", state.refused);
  if (state.refusal) {
    out.text("stopped", *state.refusal);
  } else {
    out.null("stopped");
  }
  return out;
}

JsonObject journal_json(const EngineState& state) {
  JsonObject out;
  out.number("bytes", state.journal_bytes)
      .number("synced_record", state.synced_lsn)
      .number("covered_record", state.version->manifest.covered_lsn)
      .number("replayed_at_start", state.recovery.replayed_records)
      .number("lost_records", state.recovery.lost_records)
      .number("discarded_records", state.recovery.discarded_records)
      .number("read_errors", state.recovery.journal_read_errors);
  return out;
}

JsonObject damage_json(const EngineState& state, const std::map<FileKind, Totals>& totals) {
  std::uint64_t unreadable = 0;
  for (const auto& [kind, total] : totals) unreadable += total.unreadable;
  JsonObject out;
  out.number("lost_files", state.version->manifest.lost.size())
      .number("unreadable_files", unreadable)
      .number("damaged_manifests", state.recovery.damaged_manifests)
      .flag("rebuilt_from_files", state.recovery.rebuilt)
      .number("leftovers_removed", state.recovery.removed_files);
  return out;
}

// Days of which calls go once the clock that jumped has held.
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

// What goes next, and why; told before it goes.
JsonObject retention_json(const EngineState& state, const EngineOptions& options) {
  const Manifest& manifest = state.version->manifest;
  JsonObject out;
  out.number("days", options.retention_days).number("max_bytes", options.max_bytes);
  out.text("first_kept", day_to_string(manifest.first_kept));
  std::uint64_t bytes = 0;
  std::optional<Day> oldest;
  for (const PartEntry& part : manifest.parts) {
    bytes += part.summary.bytes;
    oldest = std::min(oldest.value_or(part.name.day), part.name.day);
  }
  out.number("bytes", bytes);
  if (oldest) {
    out.text("oldest_day", day_to_string(*oldest));
    out.text("oldest_day_goes_at", day_to_string(*oldest + options.retention_days + 1));
  }
  constexpr std::uint64_t kNearPercent = 90;
  const bool near = options.max_bytes != 0 && bytes > options.max_bytes / 100 * kNearPercent;
  out.flag("oldest_day_goes_soon_for_room", near && oldest.has_value());
  out.flag("waits_for_clock", state.clock_holds_until.has_value());
  out.number("days_waiting", days_waiting(state, options).size());
  return out;
}

}  // namespace

std::string status_json(const EngineState& state, const EngineOptions& options) {
  std::map<FileKind, Totals> totals = totals_of(*state.version);
  JsonObject head;
  head.number("calls", state.head_calls).number("bytes", state.head_bytes);
  JsonObject disk;
  if (state.disk_free) {
    disk.number("free_bytes", *state.disk_free);
    disk.flag("nearly_full", *state.disk_free < options.nearly_full_bytes());
  }
  disk.number("reserve_bytes", options.disk_reserve);
  JsonObject memory;
  memory.number("head_bytes", state.head_bytes).number("cache_bytes", state.cache_bytes);
  JsonObject maintenance;
  maintenance.number("failures", state.failures).text("last_failure", state.last_failure);
  JsonObject rejects;
  std::uint64_t rejects_bytes = 0;
  for (const RejectsEntry& file : state.version->manifest.rejects) rejects_bytes += file.bytes;
  rejects.number("files", state.version->manifest.rejects.size()).number("bytes", rejects_bytes);
  JsonObject out;
  out.object("intake", intake_json(state))
      .object("journal", journal_json(state))
      .object("head", head)
      .object("parts", totals[FileKind::part].json())
      .object("segments", totals[FileKind::segment].json())
      .object("rollups", totals[FileKind::rollup].json())
      .object("late_rollups", totals[FileKind::late_rollup].json())
      .object("rejects_files", rejects)
      .object("disk", disk)
      .object("memory", memory)
      .object("retention", retention_json(state, options))
      .object("maintenance", maintenance)
      .object("damage", damage_json(state, totals));
  return out.to_string();
}

}  // namespace fortnight::storage
