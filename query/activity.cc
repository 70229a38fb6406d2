// ACTIVITY: how the API is doing.
#include <fmt/format.h>

#include "query/latency.h"
#include "query/series.h"
#include "query/verbs.h"

namespace fortnight::query {

namespace {

using storage::Counts;
using storage::TimeNs;

struct Chart {
  Period period;
  Step step = Step::day;
  Buckets buckets;
  std::optional<Grouping> grouping;
  std::uint64_t most = 10;  // groups that are kept apart
  Counted counted;
  Latencies latencies;
  // compare=: all groups together, by the same buckets of the other period.
  std::optional<Shift> shift;
  std::optional<ComparedPeriod> before;
  Counted previous;
};

Parsed<Step> step_of(const Question& question, const Period& period) {
  const Value* step = question.option("step");
  if (step == nullptr || step->text == "auto") return auto_step(period, question.zone);
  if (const auto known = parse_step(step->text)) return *known;
  return bad_request(step->column,
                     fmt::format("no step \"{}\"; expected 15m, 1h, 1d or auto", step->text));
}

Parsed<void> lay_out(const Asking& asking, Chart& chart) {
  const Question& question = asking.question;
  FORTNIGHT_ASSIGN(chart.period, counted_period(asking));
  FORTNIGHT_ASSIGN(chart.step, step_of(question, chart.period));
  const std::uint64_t most_rows = asking.context.limits.rows;
  auto buckets = cut(chart.period, question.zone, chart.step, most_rows);
  if (!buckets) {
    return RequestError{
        "limit", fmt::format("more than {} rows: take a longer step or a shorter time", most_rows)};
  }
  chart.buckets = std::move(*buckets);
  if (const Value* by = question.option("by")) {
    if (question.option("quantiles") != nullptr) {
      return bad_request(by->column,
                         "quantiles= goes without by=; ask for one value with a filter");
    }
    FORTNIGHT_ASSIGN(chart.grouping, parse_grouping(asking, "by"));
  }
  FORTNIGHT_ASSIGN(chart.most, question.number("n", chart.most, asking.context.limits.rows));
  FORTNIGHT_ASSIGN(chart.shift, question.shift(chart.period));
  return {};
}

Parsed<void> compare(const Asking& asking, Chart& chart) {
  if (!chart.shift) return {};
  std::vector<TimeNs> edges;
  for (const TimeNs edge : chart.buckets.edges) {
    edges.push_back(chart.shift->back(edge));
    // Where clocks change, a bucket may have no like in the other period.
    if (edges.size() > 1) edges.back() = std::max(edges.back(), edges[edges.size() - 2]);
  }
  FORTNIGHT_ASSIGN(chart.previous, count_series(asking, edges, std::nullopt, 0));
  chart.before = ComparedPeriod{{edges.front(), edges.back()}, chart.shift->days()};
  return {};
}

void write_row(const Asking& asking, const Chart& chart, const Series& series, std::size_t bucket,
               storage::JsonWriter& row) {
  row.open_object();
  row.key("t").text(asking.question.zone.format(chart.buckets.starts[bucket]));
  if (series.rest != 0) {
    row.key("rest").number(series.rest);
  } else if (chart.grouping) {
    write_group(*chart.grouping, series.value, series.other, asking.context, row);
  }
  row.key("calls").number(series.counts[bucket].calls);
  row.key("errors").number(series.counts[bucket].errors);
  if (!chart.latencies.quantiles.empty()) {
    write_quantiles(chart.latencies, chart.latencies.sketches[bucket], row);
  }
  if (chart.before && !chart.grouping) {
    const Counts& before = chart.previous.series[0].counts[bucket];
    row.key("previous_calls").number(before.calls).key("previous_errors").number(before.errors);
  }
  row.close_object();
}

// Quantiles of the whole period, and where they come from.
void write_latencies(const Latencies& latencies, storage::JsonWriter& out) {
  if (latencies.quantiles.empty()) return;
  storage::LatencySketch total;
  for (const storage::LatencySketch& sketch : latencies.sketches) total.merge(sketch);
  write_quantiles(latencies, total, out);
  out.key("quantiles_basis").text(latencies.from_calls ? "calls" : "rollups");
}

// What both the counts and the quantiles have.
storage::Completeness completeness_of(const Chart& chart) {
  storage::Completeness both = chart.counted.answer.completeness;
  const storage::Completeness& other = chart.latencies.completeness;
  both.complete = both.complete && other.complete;
  both.damaged = std::max(both.damaged, other.damaged);
  both.untested = std::max(both.untested, other.untested);
  if (!both.retained_from) both.retained_from = other.retained_from;
  return both;
}

Answer close(const Asking& asking, const Chart& chart) {
  const Question& question = asking.question;
  const storage::CountAnswer& answer = chart.counted.answer;
  const Counts total = chart.counted.total();
  Summary summary;
  write_counts(total, summary.json());
  summary.period(question, chart.period);
  summary.json().key("step").text(name_of(chart.step));
  summary.completeness(completeness_of(chart), question.period.everything(), total.calls != 0);
  FORTNIGHT_TRY(summary.rejected(asking, chart.period));
  summary.json().key("basis").text(answer.from_calls ? "calls" : "rollups");
  write_latencies(chart.latencies, summary.json());
  if (answer.rounded) summary.json().key("rounded").boolean(true);
  if (answer.late != 0) summary.json().key("late").number(answer.late);
  summary.past_cap(answer.past_cap);
  if (chart.before) {
    storage::JsonWriter& json = summary.json().key("previous").open_object();
    write_counts(chart.previous.total(), json);
    write_compared(*chart.before, chart.previous.answer.completeness, question.zone, json);
    json.close_object();
  }
  if (total.calls == 0) summary.no_data(asking, call_query(question));
  return summary.close();
}

}  // namespace

Answer answer_activity(const Asking& asking) {
  Chart chart;
  FORTNIGHT_TRY(lay_out(asking, chart));
  FORTNIGHT_ASSIGN(chart.counted,
                   count_series(asking, chart.buckets.edges, chart.grouping, chart.most));
  FORTNIGHT_ASSIGN(chart.latencies, latencies(asking, chart.buckets.edges));
  FORTNIGHT_TRY(compare(asking, chart));
  // A group that nothing is known of has no rows.
  const bool none = chart.grouping && chart.counted.total().calls == 0;
  std::string row;
  for (std::size_t bucket = 0; !none && bucket < chart.buckets.size(); ++bucket) {
    for (const Series& series : chart.counted.series) {
      row.clear();
      storage::JsonWriter json(row);
      write_row(asking, chart, series, bucket, json);
      FORTNIGHT_TRY(give(asking, row));
    }
  }
  return close(asking, chart);
}

}  // namespace fortnight::query
