// The state of the daemon in the text format of Prometheus: the row of STATUS, and histograms.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "daemon/queries/answer_encoder.h"
#include "daemon/time_histogram.h"

namespace fortnight::daemon {

// What STATUS doesn't have.
struct Histograms {
  std::map<std::string, TimeHistogram::Snapshot> queries;  // by verb, in lower case
  TimeHistogram::Snapshot syncs;                           // of the journal
};

// `status` is the row of STATUS.
std::string metrics_text(std::string_view status, const Histograms& histograms);

// Answers STATUS with metrics.
std::unique_ptr<AnswerEncoder> make_metrics_encoder(std::function<Histograms()> histograms);

}  // namespace fortnight::daemon
