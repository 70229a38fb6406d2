#include "storage/rollup/filter.h"

#include <algorithm>
#include <charconv>

namespace fortnight::storage {
namespace {

std::int32_t status_of(std::string_view text) {
  std::int32_t status = kNoStatus;
  std::from_chars(text.data(), text.data() + text.size(), status);
  return status;
}

bool holds(const Predicate& predicate, std::string_view value) {
  const bool matched = predicate.subject == Predicate::Subject::status
                           ? status_matches(predicate, status_of(value))
                           : matches_any(predicate.patterns, value);
  return matched != predicate.negated;
}

RollupKey key_of(const Predicate& predicate) {
  return predicate.subject == Predicate::Subject::status ? RollupKey::status
                                                         : *rollup_key_of(predicate.field);
}

}  // namespace

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

std::vector<std::uint8_t> RollupFilter::matching_combos(const RollupKeys& keys) const {
  std::vector<std::uint8_t> matching(keys.combos.size(), 1);
  for (const Predicate* predicate : combos_) {
    const RollupKey key = key_of(*predicate);
    const Strings& values = keys.of(key);
    std::vector<std::uint8_t> held(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) held[i] = holds(*predicate, values[i]) ? 1 : 0;
    for (std::size_t i = 0; i < matching.size(); ++i) {
      matching[i] &= held[keys.combos[i][static_cast<std::size_t>(key)]];
    }
  }
  return matching;
}

}  // namespace fortnight::storage
