// Quantiles of durations by bucket.
#pragma once

#include <optional>
#include <vector>

#include "query/answer.h"
#include "storage/call/latency_sketch.h"

namespace fortnight::query {

struct Latencies {
  std::vector<double> quantiles;                 // as requested; empty: none
  std::vector<storage::LatencySketch> sketches;  // one for each bucket
  storage::Completeness completeness;
  std::optional<storage::Basis> basis;
};

// The quantiles that quantiles= asks for; empty where it was not given.
Parsed<std::vector<double>> parse_quantiles(const ParsedRequest& request);

// Computes quantiles= over the buckets between the edges.
Parsed<Latencies> latencies(const VerbContext& verb, const std::vector<TimeNs>& edges);

// Writes the member "quantiles", in milliseconds: {"0.5":7.9,"0.95":null}. Writes nothing if none
// were requested.
void write_quantiles(const Latencies& latencies, const storage::LatencySketch& sketch,
                     JsonWriter& out);

}  // namespace fortnight::query
