// Requests of log collectors as lines of JSON, one for each record.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "daemon/http/problem.h"

namespace fortnight::daemon {

// NDJSON.
using RecordLines = boost::system::result<std::string, Problem>;

// An ExportLogsServiceRequest of OTLP (opentelemetry-proto 1.x). A record's line is
//
//   {"timeUnixNano":N,"severityNumber":N,"severityText":"…","body":…,"attributes":{…},
//    "traceId":"hex","spanId":"hex","eventName":"…","resource":{attributes},
//    "scope":{"name":"…","version":"…"}}
//
// without what the record doesn't have. A record without a time has the time of its observation.
// `most`: bytes of all lines; more is a problem with the status 413. What isn't such a request is
// one with the status 400.
inline constexpr std::size_t kMaxOtlpJson = std::size_t{4} << 20;  // it is read several times
RecordLines otlp_lines_of_protobuf(std::string_view body, std::size_t most);
RecordLines otlp_lines_of_json(std::string_view body, std::size_t most);

// A push request of Loki: the lines of its entries, as they are.
// `compressed`: by snappy, as a block.
RecordLines loki_lines_of_protobuf(std::string_view compressed, std::size_t most);
RecordLines loki_lines_of_json(std::string_view body, std::size_t most);

}  // namespace fortnight::daemon
