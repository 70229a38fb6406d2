#include "query/series.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

namespace fortnight::query {

namespace {

using storage::CountGroups;
using storage::Counts;

// The indices of the buckets that aren't empty. The store doesn't accept empty ones.
std::vector<std::size_t> places_of_buckets(const std::vector<TimeNs>& edges) {
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i + 1 < edges.size(); ++i) {
    if (edges[i] < edges[i + 1]) places.push_back(i);
  }
  return places;
}

using GroupSize = std::pair<std::uint64_t, CountGroups::Group>;

// Bytes that largest_first() holds.
std::size_t bytes_to_sort(const CountGroups& groups) {
  return groups.size() * (sizeof(GroupSize) + sizeof(CountGroups::Group));
}

// The groups that have calls. The first `most` are the largest, by calls, then by name.
std::vector<CountGroups::Group> largest_first(const CountGroups& groups, std::uint64_t most) {
  std::vector<GroupSize> sizes;
  sizes.reserve(groups.size());
  for (CountGroups::Group group = 0; group < groups.size(); ++group) {
    const std::uint64_t calls = groups.total(group).calls;
    if (calls != 0) sizes.emplace_back(calls, group);
  }
  const auto sorted = static_cast<std::ptrdiff_t>(std::min<std::uint64_t>(most, sizes.size()));
  std::partial_sort(sizes.begin(), sizes.begin() + sorted, sizes.end(),
                    [&](const auto& a, const auto& b) {
                      if (a.first != b.first) return a.first > b.first;
                      return groups.name(a.second) < groups.name(b.second);
                    });
  std::vector<CountGroups::Group> order;
  order.reserve(sizes.size());
  for (const auto& [calls, group] : sizes) order.push_back(group);
  return order;
}

RequestError too_many_rows(const VerbContext& verb, std::uint64_t rows) {
  return {"limit", fmt::format("{} rows, of values and their buckets, are more than the {} of an "
                               "answer: take a smaller n, a longer step or a shorter time",
                               rows, verb.context.limits.rows)};
}

// Counts the buckets between unequal edges, of which there must be at least one.
Parsed<storage::CountAnswer> count_buckets(const VerbContext& verb,
                                           const std::vector<TimeNs>& edges,
                                           const std::optional<Grouping>& grouping) {
  auto answer =
      verb.request.store->count(series_query(verb, edges, grouping), verb.request.now, verb.budget);
  if (!answer) return store_error(answer.error());
  return std::move(*answer);
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

storage::CountQuery series_query(const VerbContext& verb, const std::vector<TimeNs>& edges,
                                 const std::optional<Grouping>& grouping) {
  storage::CountQuery query;
  std::unique_copy(edges.begin(), edges.end(), std::back_inserter(query.edges));
  query.predicates = verb.request.predicates;
  if (grouping) apply(*grouping, query);
  return query;
}

Parsed<Counted> count_series(const VerbContext& verb, const std::vector<TimeNs>& edges,
                             const std::optional<Grouping>& grouping, std::uint64_t most) {
  const std::vector<Counts> empty(edges.size() - 1);
  if (edges.front() == edges.back()) return Counted{{{{}, 0, empty, false}}, {}};
  FORTNIGHT_ASSIGN(storage::CountAnswer answer, count_buckets(verb, edges, grouping));

  Counted counted;
  const std::vector<std::size_t> places = places_of_buckets(edges);
  const CountGroups groups = std::exchange(answer.groups, {});
  const auto fits = verb.budget.check_memory(groups.bytes() + bytes_to_sort(groups));
  if (!fits) return store_error(fits.error());
  const std::vector<CountGroups::Group> order = largest_first(groups, grouping ? most : 1);
  const std::uint64_t rows = std::min<std::uint64_t>(order.size(), most + 1) * empty.size();
  if (grouping && rows > verb.context.limits.rows) return too_many_rows(verb, rows);
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (i < most || !grouping) {
      counted.series.push_back(
          {std::string(groups.name(order[i])), 0, empty, groups.is_other(order[i])});
    } else if (i == most) {
      counted.series.push_back({{}, order.size() - most, empty, false});
    }
    std::vector<Counts>& counts = counted.series.back().counts;
    groups.each_bucket(order[i], [&](std::size_t bucket, const Counts& added) {
      counts[places[bucket]] += added;
    });
  }
  counted.answer = std::move(answer);
  // Nothing matched: one empty series, so that a chart has its buckets.
  if (counted.series.empty()) counted.series.push_back({{}, 0, empty, false});
  return counted;
}

Parsed<CountedBefore> count_like(const VerbContext& verb, const std::vector<TimeNs>& edges,
                                 const std::optional<Grouping>& grouping,
                                 const std::vector<Series>& like) {
  CountedBefore before;
  before.series.assign(like.size(), std::vector<Counts>(edges.size() - 1));
  if (edges.front() == edges.back()) return before;
  std::size_t bytes = 0;
  for (const Series& series : like) bytes += series.counts.capacity() * 2 * sizeof(Counts);
  const auto held = verb.budget.reserve(bytes);
  FORTNIGHT_ASSIGN(const storage::CountAnswer answer, count_buckets(verb, edges, grouping));
  using Name = std::pair<std::string_view, bool>;
  std::map<Name, std::size_t> places;
  std::optional<std::size_t> rest;
  for (std::size_t i = 0; i < like.size(); ++i) {
    if (like[i].rest != 0) {
      rest = i;
    } else {
      places.emplace(Name(like[i].value, like[i].other), i);
    }
  }
  const std::vector<std::size_t> buckets = places_of_buckets(edges);
  const CountGroups& groups = answer.groups;
  for (CountGroups::Group group = 0; group < groups.size(); ++group) {
    before.total += groups.total(group);
    const auto found = places.find(Name(groups.name(group), groups.is_other(group)));
    const auto place = found != places.end() ? std::optional(found->second) : rest;
    if (!place) continue;
    groups.each_bucket(group, [&](std::size_t bucket, const Counts& counts) {
      before.series[*place][buckets[bucket]] += counts;
    });
  }
  before.completeness = answer.completeness;
  return before;
}

}  // namespace fortnight::query
