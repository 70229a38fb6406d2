#include "daemon/http/metrics.h"

#include <prometheus/text_serializer.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "base/civil_text.h"
#include "base/json_members.h"
#include "base/json_text.h"
#include "base/time.h"

namespace fortnight::daemon {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

// How a member of STATUS becomes a metric.
enum class As : std::uint8_t {
  gauge,
  counter,
  flag,     // 1 if true
  present,  // 1 unless null
  days,     // a gauge, in seconds
  date,     // seconds since 1970 of a day's start
  time,     // seconds since 1970 of an instant
  entries,  // a gauge: how many elements an array has
  by_name,  // an object: a counter for each of its members
};

struct Rule {
  std::string_view path;  // of sources, each source's
  As as;
  std::string_view name;  // without "fortnight_"
  std::string_view help;
  std::string_view label = {};  // with `value`; of by_name, the members' names are the values
  std::string_view value = {};
};

constexpr Rule kRules[] = {
    {"uptime_s", As::gauge, "uptime_seconds", "Seconds since the start."},
    {"queries.connections", As::gauge, "connections", "Open connections.", "port", "query"},
    {"web.connections", As::gauge, "connections", "Open connections.", "port", "web"},
    {"queries.refused_connections", As::counter, "refused_connections_total",
     "Connections refused because of the maximum.", "port", "query"},
    {"web.refused_connections", As::counter, "refused_connections_total",
     "Connections refused because of the maximum.", "port", "web"},
    {"queries.wrong_protocol", As::counter, "wrong_protocol_connections_total",
     "Connections to the query port that began with another protocol."},
    {"queries.running", As::gauge, "queries_running", "Requests in progress."},
    {"queries.waiting", As::gauge, "queries_waiting", "Requests that wait for a thread or memory."},
    {"queries.answered", As::counter, "queries_answered_total", "Answered requests."},
    {"queries.answer_bytes", As::gauge, "answer_buffer_bytes", "Answers that wait for clients."},
    {"queries.unfinished_bytes", As::gauge, "unfinished_bytes",
     "Unfinished lines and requests on all ports."},
    {"web.wrong_protocol", As::counter, "web_wrong_protocol_connections_total",
     "Connections to the web port that began with another protocol."},
    {"tls.not_after", As::time, "tls_certificate_not_after_seconds",
     "When the certificate in use expires, in seconds since 1970."},
    {"tls.problem", As::present, "tls_certificate_unusable",
     "Whether the certificate's files can't be used, so that an earlier certificate stays in use."},
    {"tls.pending", As::gauge, "tls_handshakes_pending", "Handshakes in progress."},
    {"tls.established", As::counter, "tls_handshakes_total", "Completed handshakes."},
    {"tls.failed", As::by_name, "tls_failed_handshakes_total", "Failed handshakes.", "reason"},
    {"paused", As::present, "intake_paused", "Whether intake waits, for example for disk space."},
    {"sources.lines", As::counter, "source_lines_total", "Lines received."},
    {"sources.bytes", As::counter, "source_bytes_total", "Bytes of lines received."},
    {"sources.calls", As::counter, "source_calls_total", "Lines that became calls."},
    {"sources.skipped", As::counter, "source_skipped_lines_total",
     "Lines that aren't calls by the rules of their format."},
    {"sources.duplicates", As::counter, "source_duplicate_calls_total",
     "Calls that were dropped since they had come before."},
    {"sources.mended", As::counter, "source_mended_calls_total", "Calls whose lines were mended."},
    {"sources.truncated", As::counter, "source_truncated_calls_total",
     "Calls whose lines were too long."},
    {"sources.without", As::by_name, "source_calls_without_total",
     "Calls in which the format found no method, path or status.", "field"},
    {"sources.rejected", As::by_name, "source_rejected_lines_total", "Rejected lines.", "reason"},
    {"sources.last_line_s", As::gauge, "source_last_line_age_seconds",
     "Seconds since the last line."},
    {"sources.connections", As::gauge, "source_connections", "Open connections."},
    {"sources.refused_connections", As::counter, "source_refused_connections_total",
     "Connections refused because of the maximum."},
    {"sources.wrong_protocol", As::counter, "source_wrong_protocol_connections_total",
     "Connections that began with another protocol."},
    {"sources.files", As::gauge, "source_files", "Followed files."},
    {"sources.rotated", As::counter, "source_rotations_total", "Rotations of followed files."},
    {"sources.missing", As::gauge, "source_missing_files", "Followed files that don't exist."},
    {"sources.behind_bytes", As::gauge, "source_behind_bytes", "Bytes that aren't read yet."},
    {"sources.shared_files", As::gauge, "source_shared_files", "Files that other sources follow."},
    {"queue.batches", As::gauge, "queue_batches", "Batches received and not yet in the journal."},
    {"queue.bytes", As::gauge, "queue_bytes", "Bytes received and not yet in the journal."},
    {"queue.appends", As::counter, "appends_total", "Batches written to the journal."},
    {"queue.syncs", As::counter, "syncs_total", "Syncs of the journal."},
    {"erasures.pending", As::gauge, "pending_erasures",
     "Erasures of which files still have something."},
    {"erasures.calls_in_files", As::gauge, "erased_calls_in_files",
     "Erased calls that are still in files."},
    {"erasures.files", As::gauge, "erased_files", "Files of erased calls that aren't removed yet."},
    {"audit.records", As::counter, "audit_records_total", "Records of the audit."},
    {"audit.failed", As::counter, "audit_failures_total",
     "Records of the audit that could not be written."},
    {"intake.calls", As::counter, "calls_total", "Calls taken in since the store was created."},
    {"intake.late", As::counter, "late_calls_total", "Calls that came too late to be kept."},
    {"intake.skipped", As::counter, "skipped_lines_total", "Skipped lines."},
    {"intake.rejects", As::by_name, "rejected_lines_total", "Rejected lines.", "reason"},
    {"intake.refused_appends", As::counter, "refused_appends_total",
     "Appends that had to wait for room."},
    {"intake.stopped", As::present, "intake_stopped", "Whether intake has stopped for good."},
    {"journal.bytes", As::gauge, "journal_bytes", "Bytes of the journal on disk."},
    {"journal.synced_record", As::counter, "journal_synced_records_total",
     "The last durable record of the journal."},
    {"journal.covered_record", As::counter, "journal_covered_records_total",
     "The last record whose content is in other files."},
    {"journal.replayed_at_start", As::gauge, "journal_replayed_records",
     "Records that the start replayed."},
    {"journal.lost_records", As::gauge, "journal_lost_records", "Records lost before the start."},
    {"journal.discarded_records", As::gauge, "journal_discarded_records",
     "Unacknowledged records that the start discarded."},
    {"journal.read_errors", As::gauge, "journal_read_errors", "Errors of the start's replay."},
    {"head.calls", As::gauge, "head_calls", "Calls in memory that no part has yet."},
    {"head.bytes", As::gauge, "head_bytes", "Memory of these calls."},
    {"parts.files", As::gauge, "files", "Files.", "kind", "part"},
    {"parts.calls", As::gauge, "file_calls", "Calls in files.", "kind", "part"},
    {"parts.bytes", As::gauge, "file_bytes", "Bytes of files.", "kind", "part"},
    {"segments.files", As::gauge, "files", "Files.", "kind", "segment"},
    {"segments.calls", As::gauge, "file_calls", "Calls in files.", "kind", "segment"},
    {"segments.bytes", As::gauge, "file_bytes", "Bytes of files.", "kind", "segment"},
    {"rollups.files", As::gauge, "files", "Files.", "kind", "rollup"},
    {"rollups.calls", As::gauge, "file_calls", "Calls in files.", "kind", "rollup"},
    {"rollups.bytes", As::gauge, "file_bytes", "Bytes of files.", "kind", "rollup"},
    {"late_rollups.files", As::gauge, "files", "Files.", "kind", "late_rollup"},
    {"late_rollups.calls", As::gauge, "file_calls", "Calls in files.", "kind", "late_rollup"},
    {"late_rollups.bytes", As::gauge, "file_bytes", "Bytes of files.", "kind", "late_rollup"},
    {"rejects_files.files", As::gauge, "files", "Files.", "kind", "rejects"},
    {"rejects_files.bytes", As::gauge, "file_bytes", "Bytes of files.", "kind", "rejects"},
    {"values_past_cap.account", As::gauge, "past_cap_calls",
     "Calls of the newest 31 days counted under (other).", "key", "account"},
    {"values_past_cap.endpoint", As::gauge, "past_cap_calls",
     "Calls of the newest 31 days counted under (other).", "key", "endpoint"},
    {"values_past_cap.revision", As::gauge, "past_cap_calls",
     "Calls of the newest 31 days counted under (other).", "key", "revision"},
    {"values_past_cap.method", As::gauge, "past_cap_calls",
     "Calls of the newest 31 days counted under (other).", "key", "method"},
    {"values_past_cap.unmatched", As::gauge, "unmatched_endpoint_calls",
     "Calls of the newest 31 days to folded endpoints that only return 404."},
    {"values_past_cap.unsealed", As::entries, "unsealed_past_cap_keys",
     "Keys that have more values than their limit on a day that isn't sealed yet."},
    {"disk.free_bytes", As::gauge, "disk_free_bytes", "Free disk space."},
    {"disk.reserve_bytes", As::gauge, "disk_reserve_bytes", "Disk space that intake leaves free."},
    {"disk.nearly_full", As::flag, "disk_nearly_full", "Whether the disk is nearly full."},
    {"memory.cache_bytes", As::gauge, "cache_bytes", "Memory of the cache."},
    {"retention.days", As::days, "retention_seconds", "Configured time of retention."},
    {"retention.max_bytes", As::gauge, "retention_max_bytes", "Configured bytes; 0: no maximum."},
    {"retention.bytes", As::gauge, "retention_bytes", "Bytes of kept calls on disk."},
    {"retention.first_kept", As::date, "oldest_kept_timestamp_seconds",
     "The start of the first day whose calls are kept."},
    {"retention.days_waiting", As::gauge, "overdue_drops", "Days that wait to be dropped."},
    {"retention.waits_for_clock", As::flag, "retention_waits_for_clock",
     "Whether nothing is dropped because the clock has jumped."},
    {"retention.oldest_day_goes_soon_for_room", As::flag, "retention_short_of_room",
     "Whether the oldest day is dropped soon, to make room."},
    {"maintenance.arrived_line_bytes", As::counter, "arrived_line_bytes_total",
     "Bytes of the lines of calls that were written to parts when they came."},
    {"maintenance.written_line_bytes", As::counter, "written_line_bytes_total",
     "Bytes of lines that were written to parts, again by merges too."},
    {"maintenance.failures", As::counter, "maintenance_failures_total",
     "Failed steps of maintenance."},
    {"erasures.pending", As::gauge, "erasures_pending",
     "Erasures of which files still have something."},
    {"erasures.calls_in_files", As::gauge, "erased_calls_in_files",
     "Erased calls that files still have."},
    {"erasures.files", As::gauge, "erased_files", "Files with erased calls that must be removed."},
    {"erasures.overdue", As::flag, "erasures_overdue",
     "Whether an erasure has been pending for more than a day."},
    {"damage.lost_files", As::gauge, "damage_lost_files", "Lost files."},
    {"damage.unreadable_files", As::gauge, "damage_unreadable_files", "Files that can't be read."},
    {"damage.damaged_manifests", As::gauge, "damage_manifests", "Damaged manifests."},
    {"damage.rebuilt_from_files", As::flag, "damage_rebuilt_from_files",
     "Whether the list of files was rebuilt from the files."},
    {"damage.unaccounted", As::gauge, "damage_unaccounted", "Losses of unknown content."},
    {"damage.read_failures", As::gauge, "damage_read_failures", "Blocks that can't be read."},
    {"damage.taken_in_files", As::gauge, "damage_taken_in_files", "Files taken in after a loss."},
    {"damage.set_aside_files", As::gauge, "damage_set_aside_files", "Files in the quarantine."},
    {"damage.leftovers_removed", As::gauge, "damage_leftovers_removed",
     "Unfinished files that the start removed."},
};

MetricType type_of(As as) {
  return as == As::counter || as == As::by_name ? MetricType::Counter : MetricType::Gauge;
}

std::string label_text(std::string_view json) {
  if (!json.starts_with('"')) return std::string(json);
  std::string scratch;
  return std::string(decode_json_string(json.substr(1, json.size() - 2), scratch));
}

std::optional<double> metric_number(As as, std::string_view json) {
  if (as == As::present) return json == "null" ? 0 : 1;
  if (as == As::flag) return json == "true" ? 1 : 0;
  if (as == As::entries) return static_cast<double>(elements_of(json).size());
  if (as == As::date) {
    const auto day = parse_civil(label_text(json));
    if (!day || !day->date_ns) return std::nullopt;
    return static_cast<double>(*day->date_ns) / kNsPerSecond;
  }
  if (as == As::time) {
    const auto time = parse_civil(label_text(json));
    if (!time || !time->date_ns) return std::nullopt;
    return static_cast<double>(*time->date_ns + time->clock_ns.value_or(0)) / kNsPerSecond;
  }
  double number = 0;
  const auto [end, failed] = std::from_chars(json.data(), json.data() + json.size(), number);
  if (failed != std::errc()) return std::nullopt;
  return as == As::days ? number * 86'400 : number;
}

class Families {
 public:
  void add(std::string_view name, std::string_view help, MetricType type, ClientMetric metric) {
    const std::string full = "fortnight_" + std::string(name);
    auto family = std::find_if(families_.begin(), families_.end(),
                               [&](const MetricFamily& known) { return known.name == full; });
    if (family == families_.end()) {
      families_.push_back({full, std::string(help), type, {}});
      family = families_.end() - 1;
    }
    family->metric.push_back(std::move(metric));
  }
  void add_value(const Rule& rule, double value, std::vector<ClientMetric::Label> labels) {
    ClientMetric metric;
    metric.label = std::move(labels);
    (type_of(rule.as) == MetricType::Counter ? metric.counter.value : metric.gauge.value) = value;
    add(rule.name, rule.help, type_of(rule.as), std::move(metric));
  }
  void add_histogram(std::string_view name, std::string_view help,
                     const TimeHistogram::Snapshot& times,
                     std::vector<ClientMetric::Label> labels) {
    ClientMetric metric;
    metric.label = std::move(labels);
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < times.counts.size(); ++i) {
      sum += times.counts[i];
      const bool last = i == TimeHistogram::kBounds.size();
      metric.histogram.bucket.push_back(
          {sum, last ? std::numeric_limits<double>::infinity() : TimeHistogram::kBounds[i]});
    }
    metric.histogram.sample_count = sum;
    metric.histogram.sample_sum = times.sum;
    add(name, help, MetricType::Histogram, std::move(metric));
  }
  void add_calls(const CallCounters::Series& series) {
    for (std::size_t i = 0; i < series.calls.size(); ++i) {
      // Series that begin before their first call let rate() see it; these classes are rare.
      const std::string_view status_class = CallCounters::kClasses[i];
      if (series.calls[i] == 0 && (status_class == "1xx" || status_class == "other")) continue;
      ClientMetric metric;
      metric.label = {{"endpoint", series.endpoint},
                      {"method", series.method},
                      {"status_class", std::string(status_class)}};
      metric.counter.value = static_cast<double>(series.calls[i]);
      add("api_calls_total", "Calls of the API taken in since the start.", MetricType::Counter,
          std::move(metric));
    }
  }
  // Adds a member of STATUS, and what is below it.
  void add_member(const std::string& path, std::string_view json,
                  const std::vector<ClientMetric::Label>& labels) {
    for (const Rule& rule : kRules) {
      if (rule.path != path) continue;
      add_rule(rule, json, labels);
      return;
    }
    if (!json.starts_with('{')) return;
    for (const JsonMember& member : members_of(json)) {
      const std::string below =
          path.empty() ? std::string(member.key) : path + "." + std::string(member.key);
      if (below != "sources") {
        add_member(below, member.value, labels);
        continue;
      }
      for (const std::string_view source : elements_of(member.value)) add_source(source);
    }
  }
  [[nodiscard]] const std::vector<MetricFamily>& all() const { return families_; }

 private:
  void add_source(std::string_view source) {
    std::string name;
    for (const JsonMember& member : members_of(source)) {
      if (member.key == "name") name = label_text(member.value);
    }
    add_member("sources", source, {{"source", name}});
  }
  void add_rule(const Rule& rule, std::string_view json, std::vector<ClientMetric::Label> labels) {
    if (rule.as == As::by_name) {
      for (const JsonMember& member : members_of(json)) {
        auto named = labels;
        named.push_back({std::string(rule.label), std::string(member.key)});
        add_value(rule, metric_number(rule.as, member.value).value_or(0), std::move(named));
      }
      return;
    }
    if (!rule.value.empty()) labels.push_back({std::string(rule.label), std::string(rule.value)});
    if (const auto number = metric_number(rule.as, json))
      add_value(rule, *number, std::move(labels));
  }

  std::vector<MetricFamily> families_;
};

class MetricsEncoder final : public AnswerEncoder {
 public:
  explicit MetricsEncoder(std::function<Measurements()> measurements)
      : measurements_(std::move(measurements)) {}
  void row(std::string_view json, std::string& out) override {
    out.append(metrics_text(json, measurements_()));
  }
  void close(const query::Closing&, std::string&) override {}

 private:
  const std::function<Measurements()> measurements_;
};

}  // namespace

std::string metrics_text(std::string_view status, const Measurements& measurements) {
  Families families;
  for (const JsonMember& member : members_of(status)) {
    ClientMetric metric;
    if (member.key == "version") {
      metric.label = {{"version", label_text(member.value)}};
      metric.gauge.value = 1;
      families.add("build_info", "The daemon's version.", MetricType::Gauge, std::move(metric));
    }
  }
  families.add_member("", status, {});
  for (const auto& [verb, times] : measurements.queries) {
    families.add_histogram("query_duration_seconds",
                           "Time from a request to the end of its answer.", times,
                           {{"verb", verb}});
  }
  families.add_histogram("sync_duration_seconds", "Time of a sync of the journal.",
                         measurements.syncs, {});
  for (const CallCounters::Series& series : measurements.calls) families.add_calls(series);
  std::vector<MetricFamily> all = families.all();
  for (const JsonMember& member : members_of(status)) {
    if (member.key != "process") continue;
    for (const JsonMember& of_process : members_of(member.value)) {
      if (of_process.key != "rss_bytes") continue;
      // The name that Prometheus' clients have for it.
      ClientMetric metric;
      metric.gauge.value = metric_number(As::gauge, of_process.value).value_or(0);
      all.push_back({"process_resident_memory_bytes",
                     "Resident memory size in bytes.",
                     MetricType::Gauge,
                     {metric}});
    }
  }
  return prometheus::TextSerializer().Serialize(all);
}

std::unique_ptr<AnswerEncoder> make_metrics_encoder(std::function<Measurements()> measurements) {
  return std::make_unique<MetricsEncoder>(std::move(measurements));
}

}  // namespace fortnight::daemon
