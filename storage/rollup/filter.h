// Applies a query's predicates to a rollup: to accounts and combos. Each predicate is tested once
// against each value of the file's keys, never against rows.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "storage/call/predicate.h"
#include "storage/query.h"
#include "storage/rollup/footer.h"
#include "storage/rollup/keys.h"

namespace fortnight::storage {

// The status that a rollup has as text.
std::int32_t status_of(std::string_view text);

// The rollup key of a field; nothing for the account and for fields that rollups don't have.
std::optional<RollupKey> rollup_key_of(TextField field);

// Whether the endpoints under `(other)` got only 404s, and all other endpoints are counted exactly.
bool folds_only_unmatched(const RollupKeys& keys, const RollupFold& fold);

class RollupFilter {
 public:
  // Whether the predicates hold. Calls under `(other)` are treated as having none of the requested
  // values. If they may have one of them, the result isn't sure.
  struct Match {
    bool holds = true;
    bool sure = true;

    // Combines two predicates. If one surely excludes the calls, the result is sure.
    Match& operator&=(const Match& other) {
      const bool ruled_out = (!holds && sure) || (!other.holds && other.sure);
      holds = holds && other.holds;
      sure = ruled_out || (sure && other.sure);
      return *this;
    }
  };

  // Requires RollupReader::answers() of a query with these predicates. They must outlive it.
  explicit RollupFilter(const std::vector<Predicate>& predicates);

  [[nodiscard]] bool tests_accounts() const { return !accounts_.empty(); }
  [[nodiscard]] bool tests_combos() const { return !combos_.empty(); }
  [[nodiscard]] bool matches_account(std::string_view account) const;
  // The only accounts that can match, sorted; nothing unless a predicate lists them.
  [[nodiscard]] std::optional<std::vector<std::string_view>> named_accounts() const;
  // The match of each combo.
  [[nodiscard]] std::vector<Match> matching_combos(const RollupKeys& keys,
                                                   const RollupFold& fold) const;
  // The match of calls under `(other)` of a key other than the account.
  [[nodiscard]] Match match_other(RollupKey key, const RollupKeys& keys,
                                  const RollupFold& fold) const;
  // The match of calls under `(other)` of the accounts. `named` returns whether the file counts an
  // account by name.
  [[nodiscard]] Match match_other_accounts(
      const RollupFold& fold, const std::function<bool(std::string_view)>& named) const;

 private:
  std::vector<const Predicate*> accounts_;
  std::vector<const Predicate*> combos_;
};

}  // namespace fortnight::storage
