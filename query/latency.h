// Quantiles of durations, by bucket.
#pragma once

#include <vector>

#include "query/answer.h"
#include "storage/call/latency_sketch.h"

namespace fortnight::query {

struct Latencies {
  std::vector<double> quantiles;                 // what was asked for; empty: nothing was
  std::vector<storage::LatencySketch> sketches;  // one a bucket
  storage::Completeness completeness;
  bool from_calls = false;
};

// quantiles=, over the buckets that the edges make. From rollups where these know the filter and
// the edges are whole hours, else from calls.
Parsed<Latencies> latencies(const VerbContext& verb, const std::vector<TimeNs>& edges);

// The member "quantiles", of milliseconds: {"0.5":7.9,"0.95":null}. Nothing where none was asked
// for.
void write_quantiles(const Latencies& latencies, const storage::LatencySketch& sketch,
                     JsonWriter& out);

}  // namespace fortnight::query
