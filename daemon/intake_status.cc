#include "daemon/intake_status.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "base/civil_time.h"

namespace fortnight::daemon {
namespace {

void write_at(JsonWriter& json, TimeNs time) {
  std::string text;
  append_rfc3339(time, 0, text);
  json.key("at").text(text);
}

// The members of an open object.
void write_decision(JsonWriter& json, const TailDecision& decision) {
  write_at(json, decision.at_ns);
  json.key("file").text(decision.file).key("verdict").text(verdict_text(decision.verdict));
  json.key("why").text(reason_text(decision.reason));
  json.key("matched").text_or_null(decision.matched);
  if (!decision.matched.empty()) json.key("had_read").number(decision.had_read);
  if (decision.verdict == Verdict::start || decision.verdict == Verdict::resume) {
    json.key("offset").number(decision.offset);
  }
}

}  // namespace

void write_place(JsonWriter& json, const config::Source& source, const IntakePort* port) {
  if (const auto* tail = std::get_if<config::TailSource>(&source.from)) {
    json.key("tail").open_array();
    for (const std::string& path : tail->paths) json.text(path);
    json.close_array();
  } else if (const auto* socket = std::get_if<config::UnixSource>(&source.from)) {
    json.key("unix").text(socket->listen);
  } else if (port != nullptr) {
    const bool http = std::holds_alternative<config::HttpSource>(source.from);
    const bool udp = std::holds_alternative<config::UdpSource>(source.from);
    json.key(http ? "http" : udp ? "udp" : "tcp").number(port->port());
  }
}

void write_counters(JsonWriter& json, const intake::Counters& counters) {
  json.key("lines").number(counters.lines).key("bytes").number(counters.bytes);
  json.key("calls").number(counters.calls).key("skipped").number(counters.skipped);
  json.key("duplicates").number(counters.duplicates);
  json.key("mended").number(counters.mended).key("truncated").number(counters.truncated);
  json.key("without").open_object();
  json.key("method").number(counters.without_method).key("path").number(counters.without_path);
  json.key("status").number(counters.without_status).close_object();
  json.key("rejected").open_object();
  for (std::size_t i = 0; i < intake::kReasons; ++i) {
    if (counters.rejected[i] == 0) continue;
    json.key(intake::reason_name(static_cast<intake::Reason>(i))).number(counters.rejected[i]);
  }
  json.close_object();
}

void write_pace(JsonWriter& json, const SourceIntake& intake, TimeNs now) {
  json.key("calls_per_second").fraction(std::round(intake.calls_per_second() * 10) / 10);
  json.key("last_line_s");
  const auto last = intake.last_line();
  if (!last) {
    json.null();
  } else {
    json.number(static_cast<std::uint64_t>(std::max<TimeNs>(now - *last, 0) / kNsPerSecond));
  }
}

void write_tail(JsonWriter& json, const TailStatus& status) {
  json.key("files").number(status.files).key("rotated").number(status.rotated);
  json.key("missing").number(status.missing).key("behind_bytes").number(status.behind_bytes);
}

void write_last_reject(JsonWriter& json, const SourceIntake& intake) {
  json.key("last_reject");
  if (const auto& reject = intake.last_reject()) {
    json.open_object();
    write_at(json, reject->at);
    json.key("reason").text(reject->reason).close_object();
  } else {
    json.null();
  }
}

void write_tail_details(JsonWriter& json, TailSource& tail) {
  write_tail(json, tail.status());
  json.key("shared_files").number(tail.shared_files());
  json.key("damaged_positions").number(tail.tailer().damaged_positions());
  json.key("problems").open_array();
  for (const std::string& problem : tail.tailer().problems()) json.text(problem);
  json.close_array().key("last_warning");
  if (const auto& warning = tail.last_warning()) {
    json.open_object();
    write_at(json, warning->at);
    json.key("what").text(warning->text).close_object();
  } else {
    json.null();
  }
  json.key("decisions").open_array();
  const auto& decisions = tail.tailer().decisions();
  for (auto decision = decisions.rbegin(); decision != decisions.rend(); ++decision) {
    json.open_object();
    write_decision(json, *decision);
    json.close_object();
  }
  json.close_array();
}

void write_tail_rows(std::string& rows, const std::string& source, TailSource& tail) {
  const Tailer::Time now = std::chrono::steady_clock::now();
  for (const TailedFile& file : tail.tailer().files()) {
    std::string row;
    JsonWriter json(row);
    json.open_object().key("source").text(source).key("file").text(file.file);
    json.key("state").text(state_text(file.state));
    json.key("tailed_as").text(file.path);
    json.key("device").number(file.id.device).key("inode").number(file.id.inode);
    json.key("offset").number(file.offset).key("size").number(file.size);
    json.key("behind_bytes").number(file.behind_bytes);
    json.key("last_line_s");
    if (file.last_line) {
      json.number(static_cast<std::uint64_t>(
          std::chrono::duration_cast<std::chrono::seconds>(now - *file.last_line).count()));
    } else {
      json.null();
    }
    json.key("last_error").text_or_null(file.last_error);
    json.key("decision");
    if (file.decision) {
      json.open_object();
      write_decision(json, *file.decision);
      json.close_object();
    } else {
      json.null();
    }
    json.close_object();
    rows.append(row).append("\n");
  }
}

void write_intake(JsonWriter& json, const std::string& sources, const CommitterStatus& committer) {
  json.key("paused").text_or_null(committer.paused);
  json.key("sources").raw(sources.empty() ? "null" : sources);
  json.key("queue").open_object();
  json.key("batches").number(committer.queued).key("bytes").number(committer.queued_bytes);
  json.key("appends").number(committer.appends).key("syncs").number(committer.syncs);
  json.close_object();
}

}  // namespace fortnight::daemon
