#include "query/series.h"

#include <algorithm>

namespace fortnight::query {

namespace {

using storage::Counts;
using storage::TimeNs;

// Puts back the empty buckets between equal edges.
std::vector<Counts> spread(const std::vector<Counts>& counts, const std::vector<TimeNs>& edges) {
  std::vector<Counts> out;
  std::size_t next = 0;
  for (std::size_t i = 0; i + 1 < edges.size(); ++i) {
    out.push_back(edges[i] < edges[i + 1] ? counts[next++] : Counts());
  }
  return out;
}

// Most calls first; what has as many stays in its order.
void sort_by_calls(std::vector<Series>& series) {
  std::vector<std::pair<std::uint64_t, std::size_t>> order;  // calls, place
  for (const Series& one : series) order.emplace_back(one.total().calls, order.size());
  std::stable_sort(order.begin(), order.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  std::vector<Series> sorted;
  sorted.reserve(series.size());
  for (const auto& [calls, place] : order) sorted.push_back(std::move(series[place]));
  series = std::move(sorted);
}

void fold_rest(std::vector<Series>& series, std::size_t most) {
  if (series.size() <= most) return;
  Series rest;
  rest.rest = series.size() - most;
  rest.counts.resize(series[0].counts.size());
  for (std::size_t i = most; i < series.size(); ++i) {
    for (std::size_t bucket = 0; bucket < rest.counts.size(); ++bucket) {
      rest.counts[bucket] += series[i].counts[bucket];
    }
  }
  series.resize(most);
  series.push_back(std::move(rest));
}

}  // namespace

Counts Series::total() const {
  Counts total;
  for (const Counts& bucket : counts) total += bucket;
  return total;
}

Counts Counted::total() const {
  Counts total;
  for (const Series& one : series) total += one.total();
  return total;
}

Parsed<Counted> count_series(const Asking& asking, const std::vector<TimeNs>& edges,
                             const std::optional<Grouping>& grouping, std::uint64_t most) {
  storage::CountQuery query;
  std::unique_copy(edges.begin(), edges.end(), std::back_inserter(query.edges));
  query.predicates = asking.question.predicates;
  if (grouping) apply(*grouping, query);
  auto answer = asking.context.store->count(query, asking.question.now, asking.budget);
  if (!answer) return store_error(answer.error());

  Counted counted;
  // Each group goes as it is taken, so that not all are there twice.
  while (!answer->groups.empty()) {
    auto group = answer->groups.extract(answer->groups.begin());
    Series series{std::move(group.key()), 0, spread(group.mapped(), edges)};
    if (!grouping || series.total().calls != 0) counted.series.push_back(std::move(series));
  }
  counted.answer = std::move(*answer);
  if (grouping) {
    sort_by_calls(counted.series);
    fold_rest(counted.series, most);
  }
  // Nothing matched: one empty line, so that a chart has its buckets.
  if (counted.series.empty())
    counted.series.push_back({{}, 0, std::vector<Counts>(edges.size() - 1)});
  return counted;
}

}  // namespace fortnight::query
