// TOP: the values with the most calls. VALUES: the values that there are.
#include <algorithm>

#include "query/filters.h"
#include "query/group.h"
#include "query/verbs.h"

namespace fortnight::query {

namespace {

using storage::Counts;

struct Group {
  std::string_view value;  // in the answer
  Counts counts;
  bool other = false;  // no value, but what is counted past a cap
};

struct Groups {
  std::vector<Group> groups;
  Counts total;
  storage::CountAnswer answer;
  Period period;
};

Parsed<Groups> count_groups(const Asking& asking, const Grouping& grouping) {
  Groups out;
  FORTNIGHT_ASSIGN(out.period, counted_period(asking));
  storage::CountQuery query;
  query.edges = {out.period.from, out.period.to};
  query.predicates = asking.question.predicates;
  apply(grouping, query);
  auto counted = asking.context.store->count(query, asking.question.now, asking.budget);
  if (!counted) return store_error(counted.error());
  out.answer = std::move(*counted);
  const storage::CountGroups& groups = out.answer.groups;
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

// The `most` largest in front; what is equal in that by calls, then by value.
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

Answer close(const Asking& asking, const Groups& found) {
  Summary summary;
  const auto values = std::count_if(found.groups.begin(), found.groups.end(),
                                    [](const Group& group) { return !group.other; });
  summary.json().key("values").number(static_cast<std::uint64_t>(values));
  write_counts(found.total, summary.json());
  summary.completeness(found.answer.completeness, asking.question.period.everything());
  FORTNIGHT_TRY(summary.rejected(asking, found.period));
  summary.period(asking.question, found.period);
  if (found.answer.rounded) summary.json().key("rounded").boolean(true);
  if (found.answer.late != 0) summary.json().key("late").number(found.answer.late);
  summary.past_cap(found.answer.past_cap);
  if (found.groups.empty()) summary.no_data();
  return summary.close();
}

}  // namespace

Answer answer_top(const Asking& asking) {
  const Question& question = asking.question;
  FORTNIGHT_ASSIGN(const Grouping grouping, parse_grouping(question, "by"));
  FORTNIGHT_ASSIGN(const std::uint64_t most, question.number("n", 10, asking.context.limits.rows));
  FORTNIGHT_ASSIGN(const std::size_t sort, question.choice("sort"));
  FORTNIGHT_ASSIGN(Groups found, count_groups(asking, grouping));
  sort_by(sort, most, found.groups);
  for (std::size_t i = 0; i < std::min<std::size_t>(most, found.groups.size()); ++i) {
    std::string row;
    storage::JsonWriter json(row);
    json.open_object();
    write_group(grouping, found.groups[i].value, found.groups[i].other, asking.context, json);
    write_counts(found.groups[i].counts, json);
    json.close_object();
    FORTNIGHT_TRY(give(asking, row));
  }
  return close(asking, found);
}

Answer answer_values(const Asking& asking) {
  constexpr std::uint64_t default_values = 1000;
  const Question& question = asking.question;
  FORTNIGHT_ASSIGN(const Grouping grouping, parse_grouping(question, "field"));
  FORTNIGHT_ASSIGN(const std::uint64_t most,
                   question.number("limit", default_values, asking.context.limits.rows));
  FORTNIGHT_ASSIGN(Groups found, count_groups(asking, grouping));
  const Value* prefix = question.option("prefix");
  std::erase_if(found.groups, [&](const Group& group) {
    const bool absent = group.value.empty() || (!grouping.field && group.value == "0");
    // What `(other)` stands for can't be told by its beginning.
    return absent || (prefix != nullptr && (group.other || !group.value.starts_with(prefix->text)));
  });
  sort_by(0, most, found.groups);
  for (std::size_t i = 0; i < std::min<std::size_t>(most, found.groups.size()); ++i) {
    std::string row;
    storage::JsonWriter json(row);
    json.open_object().key("value").text(found.groups[i].value);
    if (found.groups[i].other) json.key("past_cap").boolean(true);
    json.key("calls").number(found.groups[i].counts.calls).close_object();
    FORTNIGHT_TRY(give(asking, row));
  }
  return close(asking, found);
}

}  // namespace fortnight::query
