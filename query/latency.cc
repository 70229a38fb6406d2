#include "query/latency.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/json_number.h"

namespace fortnight::query {

Parsed<std::vector<double>> parse_quantiles(const ParsedRequest& request) {
  std::vector<double> quantiles;
  const auto asked = request.options.find("quantiles");
  if (asked == request.options.end()) return quantiles;
  for (const Value& value : asked->second.values) {
    const std::optional<double> number = number_of(value.text);
    if (!number || *number < 0 || *number > 1) {
      return bad_request(value.column,
                         fmt::format("expected a quantile from 0 to 1, not \"{}\"", value.text));
    }
    if (std::find(quantiles.begin(), quantiles.end(), *number) != quantiles.end()) {
      return bad_request(value.column, fmt::format("\"{}\" is given twice", value.text));
    }
    quantiles.push_back(*number);
  }
  return quantiles;
}

Parsed<Latencies> latencies(const VerbContext& verb, const std::vector<TimeNs>& edges) {
  Latencies out;
  FORTNIGHT_ASSIGN(out.quantiles, parse_quantiles(verb.request));
  if (out.quantiles.empty()) return out;
  auto answer =
      verb.request.store->latency({edges, verb.request.predicates}, verb.request.now, verb.budget);
  if (!answer) return store_error(answer.error());
  out.sketches = std::move(answer->sketches);
  out.completeness = answer->completeness;
  out.basis = answer->basis;
  return out;
}

void write_quantiles(const Latencies& latencies, const storage::LatencySketch& sketch,
                     JsonWriter& out) {
  if (latencies.quantiles.empty()) return;
  out.key("quantiles").open_object();
  for (const double quantile : latencies.quantiles) {
    out.key(fmt::format("{}", quantile));
    if (const std::optional<double> ns = sketch.quantile(quantile)) {
      out.fraction(std::round(*ns / 1e3) / 1e3);
    } else {
      out.null();
    }
  }
  out.close_object();
}

}  // namespace fortnight::query
