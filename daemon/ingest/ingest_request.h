// Requests that bring lines, without I/O: which API they use, and with which parameters.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "daemon/http/http_reader.h"
#include "daemon/http/reply.h"

namespace fortnight::daemon {

enum class IngestApi : std::uint8_t {
  lines,          // POST /ingest/v1/lines
  otlp_json,      // POST /v1/logs
  otlp_protobuf,  // the same
  loki_json,      // POST /loki/api/v1/push
  loki_protobuf,  // the same
  bulk,           // POST /_bulk, /INDEX/_bulk
};

struct IngestRequest {
  IngestApi api = IngestApi::lines;
  std::string source;  // empty: the port's
  std::string format;  // empty: the source's
  std::string batch;   // the batch's ID; empty: none
  bool dry_run = false;
  std::string index;            // of `bulk`: of actions that name none
  std::optional<Reply> answer;  // for a sender that may bring lines: nothing is taken in
};

// A request that brings lines, or the answer to any other. Requires that the request has no
// problem.
std::variant<Reply, IngestRequest> understand_ingest(const HttpRequest& request);

}  // namespace fortnight::daemon
