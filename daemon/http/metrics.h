// The state of the daemon in the text format of Prometheus: the row of STATUS, and what it lacks.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/call_counters.h"
#include "daemon/queries/answer_encoder.h"
#include "daemon/time_histogram.h"

namespace fortnight::daemon {

// What STATUS doesn't have.
struct Measurements {
  std::map<std::string, TimeHistogram::Snapshot> queries;  // by verb, in lower case
  TimeHistogram::Snapshot syncs;                           // of the journal
  std::vector<CallCounters::Series> calls;                 // empty: they aren't counted
};

// `status` is the row of STATUS.
std::string metrics_text(std::string_view status, const Measurements& measurements);

// Answers STATUS with metrics.
std::unique_ptr<AnswerEncoder> make_metrics_encoder(std::function<Measurements()> measurements);

}  // namespace fortnight::daemon
