#include "query/latency.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/json_number.h"

namespace fortnight::query {

namespace {

using storage::Predicate;

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

// The question for rollups; nothing if rollups can't answer it.
std::optional<storage::LatencyQuery> rollup_query(const ParsedRequest& request,
                                                  std::vector<TimeNs> edges) {
  // No call is later than now, so the current hour may be read whole.
  if (edges.back() == request.now) {
    edges.back() = (floor_div(edges.back() - 1, kNsPerHour) + 1) * kNsPerHour;
  }
  const bool whole_hours =
      std::all_of(edges.begin(), edges.end(), [](TimeNs edge) { return edge % kNsPerHour == 0; });
  if (!whole_hours || request.predicates.size() > 1) return std::nullopt;
  storage::LatencyQuery query{std::move(edges), {}};
  for (const Predicate& predicate : request.predicates) {
    const bool endpoint = predicate.subject == Predicate::Subject::field &&
                          predicate.field == storage::TextField::endpoint && !predicate.negated;
    if (!endpoint) return std::nullopt;
    query.endpoints = predicate.patterns;
  }
  return query;
}

Parsed<void> read_calls(const VerbContext& verb, const std::vector<TimeNs>& edges, Latencies& out) {
  storage::CallQuery query;
  query.from = edges.front();
  query.to = edges.back();
  query.predicates = verb.request.predicates;
  query.limit = std::numeric_limits<std::uint64_t>::max();
  query.order = storage::Order::any;
  query.with_ids = false;
  query.fields.reset();
  out.sketches.assign(edges.size() - 1, {});
  std::size_t held = 0;
  Result<void> fits;
  const auto scanned =
      verb.context.store->scan(query, verb.budget, [&](storage::CallRecord&& call) {
        if (call.duration_ns == storage::kNoDuration) return true;
        const auto above = std::upper_bound(edges.begin(), edges.end(), call.ts);
        storage::LatencySketch& sketch =
            out.sketches[static_cast<std::size_t>(above - edges.begin()) - 1];
        held -= sketch.memory();
        sketch.add(call.duration_ns);
        held += sketch.memory();
        fits = verb.budget.check_memory(held);
        return fits.has_value();
      });
  if (!scanned) return store_error(scanned.error());
  if (!fits) return store_error(fits.error());
  out.completeness = scanned->completeness;
  out.from_calls = true;
  return {};
}

}  // namespace

Parsed<Latencies> latencies(const VerbContext& verb, const std::vector<TimeNs>& edges) {
  Latencies out;
  FORTNIGHT_ASSIGN(out.quantiles, parse_quantiles(verb.request));
  if (out.quantiles.empty()) return out;
  if (const auto query = rollup_query(verb.request, edges)) {
    auto answer = verb.context.store->latency(*query, verb.request.now, verb.budget);
    if (answer) {
      out.sketches = std::move(answer->sketches);
      out.completeness = answer->completeness;
      return out;
    }
    if (answer.error().code != ErrorCode::unsupported) return store_error(answer.error());
  }
  FORTNIGHT_TRY(read_calls(verb, edges, out));
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
