#include "daemon/intake_status.h"

#include <algorithm>
#include <cmath>

namespace fortnight::daemon {

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

void write_intake(JsonWriter& json, const std::string& sources, const CommitterStatus& committer) {
  json.key("paused").text_or_null(committer.paused);
  json.key("sources").raw(sources.empty() ? "null" : sources);
  json.key("queue").open_object();
  json.key("batches").number(committer.queued).key("bytes").number(committer.queued_bytes);
  json.key("appends").number(committer.appends).key("syncs").number(committer.syncs);
  json.close_object();
}

}  // namespace fortnight::daemon
