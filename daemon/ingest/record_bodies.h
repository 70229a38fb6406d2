// The requests of log collectors: OTLP, Loki, and Elasticsearch's bulk API.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "daemon/http/reply.h"
#include "daemon/ingest/body.h"
#include "daemon/ingest/ingest_request.h"
#include "daemon/ingest/line_taker.h"

namespace fortnight::daemon {

// Takes the records of a request of OTLP or Loki, and returns the answer. After a problem nothing
// was taken. `most`: bytes of their lines.
boost::system::result<Reply, Problem> take_record_body(IngestApi api, const Body& body,
                                                       std::size_t most, LineTaker& taker);

// Takes the documents of a bulk request by `take`. `index`: of the actions that name none. Each
// item of the answer has what became of its document. After a problem nothing was taken.
using TakeDocument = std::function<Outcome(std::string_view document, std::uint64_t number)>;
boost::system::result<Reply, Problem> take_bulk_body(const Body& body, std::string_view index,
                                                     const TakeDocument& take);

}  // namespace fortnight::daemon
