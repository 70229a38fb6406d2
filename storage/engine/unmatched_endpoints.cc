#include "storage/engine/unmatched_endpoints.h"

#include <algorithm>
#include <utility>

#include "base/strings.h"
#include "storage/rollup/fold.h"

namespace fortnight::storage {
namespace {

constexpr std::int32_t kNotFound = 404;

bool is_about(const Predicate& predicate, TextField field) {
  return predicate.subject == Predicate::Subject::field && predicate.field == field;
}

// Whether no call of the group succeeded, as it is for every unmatched endpoint.
bool all_failed(const CountGroups& groups, CountGroups::Group group) {
  const Counts total = groups.total(group);
  return !groups.is_other(group) && total.calls == total.errors;
}

}  // namespace

bool folds_unmatched(const CountQuery& query) {
  return query.by_field == TextField::endpoint &&
         std::none_of(query.predicates.begin(), query.predicates.end(),
                      [](const Predicate& one) { return is_about(one, TextField::endpoint); });
}

bool may_have_more_unmatched(const CountGroups& groups, std::size_t most) {
  std::size_t count = 0;
  for (CountGroups::Group group = 0; group < groups.size() && count <= most; ++group) {
    count += all_failed(groups, group) ? 1 : 0;
  }
  return count > most;
}

CountQuery matched_calls(const CountQuery& query) {
  CountQuery matched;
  matched.edges = {query.edges.front(), query.edges.back()};
  matched.by_field = TextField::endpoint;
  for (const Predicate& predicate : query.predicates) {
    if (is_about(predicate, TextField::account)) matched.predicates.push_back(predicate);
  }
  Predicate& other_status = matched.predicates.emplace_back();
  other_status.subject = Predicate::Subject::status;
  other_status.statuses = {{kNotFound, kNotFound}};
  other_status.negated = true;
  return matched;
}

void fold_unmatched(CountAnswer& answer, const CountGroups& matched, std::size_t most) {
  const CountGroups& groups = answer.groups;
  std::vector<std::uint64_t> ranks(groups.size());
  Strings names;
  for (CountGroups::Group group = 0; group < groups.size(); ++group) {
    names.add(groups.name(group));
    const bool unmatched =
        all_failed(groups, group) && matched.find(groups.name(group), 0).calls == 0;
    if (unmatched) ranks[group] = groups.total(group).calls;
  }
  const std::vector<std::uint8_t> kept = keep_greatest(ranks, &names, most);
  CountGroups folded;
  for (CountGroups::Group group = 0; group < groups.size(); ++group) {
    const bool fold = ranks[group] != 0 && kept[group] == 0;
    const bool other = fold || groups.is_other(group);
    const CountGroups::Group into = other ? folded.other() : folded.at(groups.name(group));
    groups.each_bucket(group, [&](std::size_t bucket, const Counts& counts) {
      folded.of(into, bucket) += counts;
      if (!fold) return;
      answer.past_cap.calls += counts.calls;
      answer.past_cap.unmatched += counts.calls;
    });
  }
  answer.groups = std::move(folded);
}

}  // namespace fortnight::storage
