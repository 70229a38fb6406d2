// POST /ingest/v1/lines: a body of NDJSON or of a JSON array.
#pragma once

#include "daemon/http/reply.h"
#include "daemon/ingest/batches.h"
#include "daemon/ingest/body.h"
#include "daemon/ingest/line_taker.h"

namespace fortnight::daemon {

// Takes the lines, and returns the answer.
Reply take_line_body(Body& body, LineTaker& taker);
// The answer to a batch that was taken in before.
Reply known_batch_reply(const BatchCounts& counts);

}  // namespace fortnight::daemon
