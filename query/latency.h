// Quantiles of durations by bucket.
#pragma once

#include <vector>

#include "query/answer.h"
#include "storage/call/latency_sketch.h"

namespace fortnight::query {

struct Latencies {
  std::vector<double> quantiles;                 // as requested; empty: none
  std::vector<storage::LatencySketch> sketches;  // one for each bucket
  storage::Completeness completeness;
  bool from_calls = false;
};

// Computes quantiles= over the buckets between the edges: from rollups if they have the filter's
// key and the edges are whole hours, otherwise from calls.
Parsed<Latencies> latencies(const VerbContext& verb, const std::vector<TimeNs>& edges);

// Writes the member "quantiles", in milliseconds: {"0.5":7.9,"0.95":null}. Writes nothing if none
// were requested.
void write_quantiles(const Latencies& latencies, const storage::LatencySketch& sketch,
                     JsonWriter& out);

}  // namespace fortnight::query
