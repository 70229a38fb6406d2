// ACTIVITY: counts of calls and errors by bucket of time.
#include <fmt/format.h>

#include "query/latency.h"
#include "query/series.h"
#include "query/verbs.h"

namespace fortnight::query {

namespace {

using storage::Counts;

struct Chart {
  Period period;
  Step step = Step::day;
  Buckets buckets;
  std::optional<Grouping> grouping;
  std::uint64_t most = 10;  // largest groups that get rows of their own
  Counted counted;
  Latencies latencies;
  // For compare=: over the corresponding buckets of the other period.
  std::optional<Shift> shift;
  std::optional<ComparedPeriod> before;
  CountedBefore previous;
};

Parsed<Step> step_of(const ParsedRequest& request, const Period& period) {
  const Value* step = request.option("step");
  if (step == nullptr || step->text == "auto") return auto_step(period, request.zone);
  if (const auto known = parse_step(step->text)) return *known;
  return bad_request(step->column,
                     fmt::format("no step \"{}\"; expected 15m, 1h, 1d or auto", step->text));
}

Parsed<void> lay_out(const VerbContext& verb, Chart& chart) {
  const ParsedRequest& request = verb.request;
  FORTNIGHT_ASSIGN(chart.period, counted_period(verb));
  FORTNIGHT_ASSIGN(chart.step, step_of(request, chart.period));
  const std::uint64_t max_rows = verb.context.limits.rows;
  auto buckets = cut(chart.period, request.zone, chart.step, max_rows);
  if (!buckets) {
    return RequestError{
        "limit", fmt::format("more than {} rows: take a longer step or a shorter time", max_rows)};
  }
  chart.buckets = std::move(*buckets);
  if (const Value* by = request.option("by")) {
    if (request.option("quantiles") != nullptr) {
      return bad_request(by->column,
                         "quantiles= goes without by=; ask for one value with a filter");
    }
    FORTNIGHT_ASSIGN(chart.grouping, parse_grouping(verb, "by"));
  }
  FORTNIGHT_ASSIGN(chart.most, request.number("n", chart.most, verb.context.limits.rows));
  FORTNIGHT_ASSIGN(chart.shift, request.shift(chart.period));
  return {};
}

Parsed<void> compare(const VerbContext& verb, Chart& chart) {
  if (!chart.shift) return {};
  std::vector<TimeNs> edges;
  for (const TimeNs edge : chart.buckets.edges) {
    edges.push_back(chart.shift->back(edge));
    // Where clocks change, a bucket may have no counterpart in the other period; it is then empty.
    if (edges.size() > 1) edges.back() = std::max(edges.back(), edges[edges.size() - 2]);
  }
  FORTNIGHT_ASSIGN(chart.previous, count_like(verb, edges, chart.grouping, chart.counted.series));
  chart.before = ComparedPeriod{{edges.front(), edges.back()}, chart.shift->days()};
  return {};
}

// `number` is the index of the series.
void write_row(const VerbContext& verb, const Chart& chart, std::size_t number, std::size_t bucket,
               JsonWriter& row) {
  const Series& series = chart.counted.series[number];
  row.open_object();
  row.key("t").text(verb.request.zone.format(chart.buckets.starts[bucket]));
  if (series.rest != 0) {
    row.key("rest").number(series.rest);
  } else if (chart.grouping) {
    write_group(*chart.grouping, series.value, series.other, verb.context, row);
  }
  row.key("calls").number(series.counts[bucket].calls);
  row.key("errors").number(series.counts[bucket].errors);
  if (!chart.latencies.quantiles.empty()) {
    write_quantiles(chart.latencies, chart.latencies.sketches[bucket], row);
  }
  if (chart.before) {
    const Counts& before = chart.previous.series[number][bucket];
    row.key("previous_calls").number(before.calls).key("previous_errors").number(before.errors);
  }
  row.close_object();
}

// Writes the quantiles of the whole period, and whether they come from calls or from rollups.
void write_latencies(const Latencies& latencies, JsonWriter& out) {
  if (latencies.quantiles.empty()) return;
  storage::LatencySketch total;
  for (const storage::LatencySketch& sketch : latencies.sketches) total.merge(sketch);
  write_quantiles(latencies, total, out);
  if (latencies.basis) out.key("quantiles_basis").text(name_of(*latencies.basis));
}

// Combines the completeness of the counts and of the quantiles.
storage::Completeness completeness_of(const Chart& chart) {
  storage::Completeness both = chart.counted.answer.completeness;
  const storage::Completeness& other = chart.latencies.completeness;
  both.complete = both.complete && other.complete;
  both.damage.insert(other.damage.begin(), other.damage.end());
  both.untested = std::max(both.untested, other.untested);
  if (!both.retained_from) both.retained_from = other.retained_from;
  return both;
}

Answer close(const VerbContext& verb, const Chart& chart) {
  const ParsedRequest& request = verb.request;
  const storage::CountAnswer& answer = chart.counted.answer;
  const Counts total = chart.counted.total();
  Summary summary;
  write_counts(total, summary.json());
  summary.period(request, chart.period);
  summary.json().key("step").text(name_of(chart.step));
  summary.completeness(completeness_of(chart), request.period.everything(), total.calls != 0);
  FORTNIGHT_TRY(summary.rejected(verb, chart.period));
  if (answer.basis) summary.json().key("basis").text(name_of(*answer.basis));
  write_latencies(chart.latencies, summary.json());
  if (answer.rounded) summary.json().key("rounded").boolean(true);
  if (answer.late != 0) summary.json().key("late").number(answer.late);
  summary.past_cap(answer.past_cap);
  if (chart.before) {
    JsonWriter& json = summary.json().key("previous").open_object();
    write_counts(chart.previous.total, json);
    write_compared(*chart.before, chart.previous.completeness, request.zone, json);
    json.close_object();
  }
  if (total.calls == 0) summary.no_data(verb, call_query(request));
  return summary.close();
}

}  // namespace

Parsed<Plan> plan_activity(const VerbContext& verb) {
  Chart chart;
  FORTNIGHT_TRY(lay_out(verb, chart));
  FORTNIGHT_TRY(parse_quantiles(verb.request));
  return plan_of(series_query(verb, chart.buckets.edges, chart.grouping));
}

Answer answer_activity(const VerbContext& verb) {
  Chart chart;
  FORTNIGHT_TRY(lay_out(verb, chart));
  FORTNIGHT_ASSIGN(chart.counted,
                   count_series(verb, chart.buckets.edges, chart.grouping, chart.most));
  FORTNIGHT_ASSIGN(chart.latencies, latencies(verb, chart.buckets.edges));
  FORTNIGHT_TRY(compare(verb, chart));
  // A grouped answer without calls has no rows.
  const bool none = chart.grouping && chart.counted.total().calls == 0;
  std::string row;
  for (std::size_t bucket = 0; !none && bucket < chart.buckets.size(); ++bucket) {
    for (std::size_t number = 0; number < chart.counted.series.size(); ++number) {
      row.clear();
      JsonWriter json(row);
      write_row(verb, chart, number, bucket, json);
      FORTNIGHT_TRY(give(verb, row));
    }
  }
  return close(verb, chart);
}

}  // namespace fortnight::query
