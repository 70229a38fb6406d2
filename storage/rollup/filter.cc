#include "storage/rollup/filter.h"

#include <algorithm>
#include <charconv>

#include "storage/rollup/caps.h"

namespace fortnight::storage {
namespace {

bool holds(const Predicate& predicate, std::string_view value) {
  const bool matched = predicate.subject == Predicate::Subject::status
                           ? status_matches(predicate, status_of(value))
                           : matches_any(predicate.patterns, value);
  return matched != predicate.negated;
}

// Whether the pattern is `*`.
bool matches_every_value(const TextPattern& pattern) {
  return !pattern.exact() && std::all_of(pattern.pieces.begin(), pattern.pieces.end(),
                                         [](const std::string& piece) { return piece.empty(); });
}

// The match of calls under `(other)`. `named(value)`: whether none of the value's calls is there.
template <typename Named>
RollupFilter::Match match_other(const Predicate& predicate, Named&& named) {
  bool matched = false;
  bool sure = true;
  for (const TextPattern& pattern : predicate.patterns) {
    if (matches_every_value(pattern)) {
      matched = true;
    } else {
      sure = sure && pattern.exact() && named(std::string_view(pattern.pieces.front()));
    }
  }
  return {matched != predicate.negated, matched || sure};
}

// Whether all calls with the value are counted under its name.
template <typename Has>
bool all_named(std::string_view value, const FoldedKey& folded, Has&& has) {
  return value.empty() || (folded.max_named == 0 && has(value));
}

RollupFilter::Match match_other_value(const Predicate& predicate, RollupKey key,
                                      const Strings& values, const FoldedKey& folded) {
  const auto has = [&](std::string_view wanted) {
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (values[i] == wanted) return true;
    }
    return false;
  };
  return match_other(predicate, [&](std::string_view value) {
    return is_exempt_from_caps(key, value) || all_named(value, folded, has);
  });
}

RollupKey key_of(const Predicate& predicate) {
  return predicate.subject == Predicate::Subject::status ? RollupKey::status
                                                         : *rollup_key_of(predicate.field);
}

}  // namespace

std::int32_t status_of(std::string_view text) {
  std::int32_t status = kNoStatus;
  std::from_chars(text.data(), text.data() + text.size(), status);
  return status;
}

std::optional<RollupKey> rollup_key_of(TextField field) {
  switch (field) {
    case TextField::endpoint:
      return RollupKey::endpoint;
    case TextField::method:
      return RollupKey::method;
    case TextField::revision:
      return RollupKey::revision;
    default:
      return std::nullopt;
  }
}

bool folds_only_unmatched(const RollupKeys& keys, const RollupFold& fold) {
  return fold.endpoint.max_named == 0 && find_unmatched(keys).back() != 0;
}

RollupFilter::RollupFilter(const std::vector<Predicate>& predicates) {
  for (const Predicate& predicate : predicates) {
    const bool account =
        predicate.subject == Predicate::Subject::field && predicate.field == TextField::account;
    (account ? accounts_ : combos_).push_back(&predicate);
  }
}

bool RollupFilter::matches_account(std::string_view account) const {
  return std::all_of(accounts_.begin(), accounts_.end(),
                     [&](const Predicate* predicate) { return holds(*predicate, account); });
}

std::optional<std::vector<std::string_view>> RollupFilter::named_accounts() const {
  for (const Predicate* predicate : accounts_) {
    const auto& patterns = predicate->patterns;
    const bool exact = std::all_of(patterns.begin(), patterns.end(),
                                   [](const TextPattern& pattern) { return pattern.exact(); });
    if (predicate->negated || !exact) continue;
    std::vector<std::string_view> names;
    for (const TextPattern& pattern : patterns) names.emplace_back(pattern.pieces.front());
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return names;
  }
  return std::nullopt;
}

std::vector<RollupFilter::Match> RollupFilter::matching_combos(const RollupKeys& keys,
                                                               const RollupFold& fold) const {
  std::vector<Match> matching(keys.combos.size());
  for (const Predicate* predicate : combos_) {
    const RollupKey key = key_of(*predicate);
    const Strings& values = keys.of(key);
    std::vector<Match> by_value(values.size() + 1);
    for (std::size_t i = 0; i < values.size(); ++i)
      by_value[i].holds = holds(*predicate, values[i]);
    if (key != RollupKey::status && fold.of(key).calls != 0) {
      by_value.back() = match_other_value(*predicate, key, values, fold.of(key));
    }
    for (std::size_t i = 0; i < matching.size(); ++i) {
      matching[i] &= by_value[keys.combos[i][static_cast<std::size_t>(key)]];
    }
  }
  return matching;
}

RollupFilter::Match RollupFilter::match_other(RollupKey key, const RollupKeys& keys,
                                              const RollupFold& fold) const {
  Match match;
  for (const Predicate* predicate : combos_) {
    if (key_of(*predicate) != key) continue;
    match &= match_other_value(*predicate, key, keys.of(key), fold.of(key));
  }
  return match;
}

RollupFilter::Match RollupFilter::match_other_accounts(
    const RollupFold& fold, const std::function<bool(std::string_view)>& named) const {
  Match match;
  for (const Predicate* predicate : accounts_) {
    match &= storage::match_other(
        *predicate, [&](std::string_view value) { return all_named(value, fold.account, named); });
  }
  return match;
}

}  // namespace fortnight::storage
