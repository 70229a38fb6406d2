// TOP: the values with the most calls. VALUES: the values that occur.
#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "query/filters.h"
#include "query/group.h"
#include "query/verbs.h"

namespace fortnight::query {

namespace {

using storage::Counts;

struct Group {
  std::string_view value;  // the value in the answer
  Counts counts;
  bool other = false;  // not a value, but the calls counted past a cap
};

struct Groups {
  std::vector<Group> groups;
  Counts total;
  storage::CountAnswer answer;
  Period period;

  [[nodiscard]] std::size_t bytes() const {
    return answer.groups.bytes() + groups.capacity() * sizeof(Group);
  }
};

storage::CountQuery count_query(const VerbContext& verb, const Grouping& grouping,
                                const Period& period) {
  storage::CountQuery query;
  query.edges = {period.from, period.to};
  query.predicates = verb.request.predicates;
  apply(grouping, query);
  return query;
}

Parsed<Groups> count_groups(const VerbContext& verb, const Grouping& grouping,
                            const Period& period) {
  Groups out;
  out.period = period;
  if (period.from >= period.to) return out;
  auto counted =
      verb.request.store->count(count_query(verb, grouping, period), verb.request.now, verb.budget);
  if (!counted) return store_error(counted.error());
  out.answer = std::move(*counted);
  const storage::CountGroups& groups = out.answer.groups;
  const auto fits = verb.budget.check_memory(groups.bytes() + groups.size() * sizeof(Group));
  if (!fits) return store_error(fits.error());
  out.groups.reserve(groups.size());
  for (storage::CountGroups::Group group = 0; group < groups.size(); ++group) {
    const Counts counts = groups.total(group);
    if (counts.calls == 0) continue;
    out.groups.push_back({groups.name(group), counts, groups.is_other(group)});
    out.total += counts;
  }
  return out;
}

double rate(const Counts& counts) {
  return static_cast<double>(counts.errors) / static_cast<double>(counts.calls);
}

// Moves the `most` largest groups to the front. Ties are ordered by calls, then by value.
void sort_by(std::size_t choice, std::uint64_t most, std::vector<Group>& groups) {
  const auto measure = [&](const Group& group) {
    if (choice == 2) return rate(group.counts);
    return static_cast<double>(choice == 1 ? group.counts.errors : group.counts.calls);
  };
  const auto sorted = static_cast<std::ptrdiff_t>(std::min<std::uint64_t>(most, groups.size()));
  std::partial_sort(groups.begin(), groups.begin() + sorted, groups.end(),
                    [&](const Group& a, const Group& b) {
                      if (measure(a) != measure(b)) return measure(a) > measure(b);
                      if (a.counts.calls != b.counts.calls) return a.counts.calls > b.counts.calls;
                      return a.value < b.value;
                    });
}

// compare=: the same value in the other period.
struct Before {
  Counts counts;
  std::uint64_t rank = 0;  // from 1; 0: no calls
};

// compare=: the groups of the other period, in order, but without names.
struct Previous {
  ComparedPeriod period;
  std::uint64_t values = 0;
  Counts total;
  storage::Completeness completeness;
  // The groups that get a row.
  using Key = std::pair<std::string, bool>;  // the value, and whether it is of what is past a cap
  std::map<Key, Before> of_group;
};

Previous::Key key_of(const Group& group) { return {std::string(group.value), group.other}; }

Parsed<Previous> count_previous(const VerbContext& verb, const Grouping& grouping,
                                const Shift& shift, const Groups& found, std::size_t given,
                                std::size_t sort) {
  Previous previous;
  previous.period = compared_period(shift, found.period);
  for (std::size_t i = 0; i < given; ++i) {
    previous.of_group.emplace(key_of(found.groups[i]), Before());
  }
  const auto held = verb.budget.reserve(found.bytes());
  FORTNIGHT_ASSIGN(Groups before, count_groups(verb, grouping, previous.period.period));
  sort_by(sort, before.groups.size(), before.groups);
  for (std::size_t i = 0; i < before.groups.size(); ++i) {
    previous.values += before.groups[i].other ? 0 : 1;
    const auto of = previous.of_group.find(key_of(before.groups[i]));
    if (of != previous.of_group.end()) of->second = {before.groups[i].counts, i + 1};
  }
  previous.total = before.total;
  previous.completeness = before.answer.completeness;
  return previous;
}

void write_before(const Before& before, JsonWriter& row) {
  row.key("previous_calls").number(before.counts.calls);
  row.key("previous_errors").number(before.counts.errors);
  row.key("previous_rank");
  before.rank == 0 ? row.null() : row.number(before.rank);
}

void write_previous(const Previous& previous, const TimeZone& zone, JsonWriter& out) {
  out.key("previous").open_object().key("values").number(previous.values);
  write_counts(previous.total, out);
  write_compared(previous.period, previous.completeness, zone, out);
  out.close_object();
}

Answer close(const VerbContext& verb, const Groups& found,
             const std::optional<Previous>& previous = std::nullopt) {
  Summary summary;
  const auto values = std::count_if(found.groups.begin(), found.groups.end(),
                                    [](const Group& group) { return !group.other; });
  summary.json().key("values").number(static_cast<std::uint64_t>(values));
  write_counts(found.total, summary.json());
  summary.completeness(found.answer.completeness, verb.request.period.everything(),
                       !found.groups.empty());
  FORTNIGHT_TRY(summary.rejected(verb, found.period));
  summary.period(verb.request, found.period);
  if (found.answer.rounded) summary.json().key("rounded").boolean(true);
  if (found.answer.late != 0) summary.json().key("late").number(found.answer.late);
  summary.past_cap(found.answer.past_cap);
  if (previous) write_previous(*previous, verb.request.zone, summary.json());
  if (found.groups.empty()) {
    // The nearest call may have a value without the prefix; it is no hint then.
    const bool any_value = verb.request.option("prefix") == nullptr;
    any_value ? summary.no_data(verb, call_query(verb.request)) : summary.no_data();
  }
  return summary.close();
}

// What TOP is asked for.
struct Ranking {
  Grouping grouping;
  std::uint64_t most = 0;  // groups that are given
  std::size_t sort = 0;
  Period period;
  std::optional<Shift> shift;
};

Parsed<Ranking> ranking_of(const VerbContext& verb) {
  const ParsedRequest& request = verb.request;
  Ranking ranking;
  FORTNIGHT_ASSIGN(ranking.grouping, parse_grouping(verb, "by"));
  FORTNIGHT_ASSIGN(ranking.most, request.number("n", 10, verb.context.limits.rows));
  FORTNIGHT_ASSIGN(ranking.sort, request.choice("sort"));
  FORTNIGHT_ASSIGN(ranking.period, counted_period(verb));
  FORTNIGHT_ASSIGN(ranking.shift, request.shift(ranking.period));
  return ranking;
}

// What VALUES is asked for.
struct Listing {
  Grouping grouping;
  std::uint64_t most = 0;
  Period period;
};

Parsed<Listing> listing_of(const VerbContext& verb) {
  constexpr std::uint64_t default_values = 1000;
  Listing listing;
  FORTNIGHT_ASSIGN(listing.grouping, parse_grouping(verb, "field"));
  FORTNIGHT_ASSIGN(listing.most,
                   verb.request.number("limit", default_values, verb.context.limits.rows));
  FORTNIGHT_ASSIGN(listing.period, counted_period(verb));
  return listing;
}

}  // namespace

Parsed<Plan> plan_top(const VerbContext& verb) {
  FORTNIGHT_ASSIGN(const Ranking ranking, ranking_of(verb));
  return plan_of(count_query(verb, ranking.grouping, ranking.period));
}

Parsed<Plan> plan_values(const VerbContext& verb) {
  FORTNIGHT_ASSIGN(const Listing listing, listing_of(verb));
  return plan_of(count_query(verb, listing.grouping, listing.period));
}

Answer answer_top(const VerbContext& verb) {
  FORTNIGHT_ASSIGN(const Ranking ranking, ranking_of(verb));
  const Grouping& grouping = ranking.grouping;
  FORTNIGHT_ASSIGN(Groups found, count_groups(verb, grouping, ranking.period));
  sort_by(ranking.sort, ranking.most, found.groups);
  const std::size_t given = std::min<std::size_t>(ranking.most, found.groups.size());
  std::optional<Previous> previous;
  if (ranking.shift) {
    FORTNIGHT_ASSIGN(previous,
                     count_previous(verb, grouping, *ranking.shift, found, given, ranking.sort));
  }
  for (std::size_t i = 0; i < given; ++i) {
    const Group& group = found.groups[i];
    std::string row;
    JsonWriter json(row);
    json.open_object();
    write_group(grouping, group.value, group.other, verb.context, json);
    write_counts(group.counts, json);
    if (previous) write_before(previous->of_group.at(key_of(group)), json);
    json.close_object();
    FORTNIGHT_TRY(give(verb, row));
  }
  return close(verb, found, previous);
}

Answer answer_values(const VerbContext& verb) {
  FORTNIGHT_ASSIGN(const Listing listing, listing_of(verb));
  const Grouping& grouping = listing.grouping;
  FORTNIGHT_ASSIGN(Groups found, count_groups(verb, grouping, listing.period));
  const Value* prefix = verb.request.option("prefix");
  std::erase_if(found.groups, [&](const Group& group) {
    // Values within `(other)` are unknown, so a prefix can't select it.
    return grouping.absent(group.value) ||
           (prefix != nullptr && (group.other || !group.value.starts_with(prefix->text)));
  });
  sort_by(0, listing.most, found.groups);
  for (std::size_t i = 0; i < std::min<std::size_t>(listing.most, found.groups.size()); ++i) {
    std::string row;
    JsonWriter json(row);
    json.open_object().key("value").text(found.groups[i].value);
    if (found.groups[i].other) json.key("past_cap").boolean(true);
    json.key("calls").number(found.groups[i].counts.calls).close_object();
    FORTNIGHT_TRY(give(verb, row));
  }
  return close(verb, found);
}

}  // namespace fortnight::query
