// A query's predicates in a rollup's terms: which accounts, which combos. Each predicate is
// tested once against each value of the file's keys, never against rows.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "storage/call/predicate.h"
#include "storage/rollup/footer.h"
#include "storage/rollup/keys.h"
#include "storage/store.h"

namespace fortnight::storage {

// The key that a field is; nothing for the account, and for fields that rollups don't have.
std::optional<RollupKey> rollup_key_of(TextField field);

class RollupFilter {
 public:
  // Whether the predicates hold. What is under `(other)` is taken for different from any value that
  // is asked for; where it may be one of them all the same, that isn't sure.
  struct Match {
    bool holds = true;
    bool sure = true;

    // With another predicate's: what one of them surely rules out is sure.
    Match& operator&=(const Match& other) {
      const bool ruled_out = (!holds && sure) || (!other.holds && other.sure);
      holds = holds && other.holds;
      sure = ruled_out || (sure && other.sure);
      return *this;
    }
  };

  // Requires RollupReader::answers of a query with these predicates, which must outlive it.
  explicit RollupFilter(const std::vector<Predicate>& predicates);

  [[nodiscard]] bool tests_accounts() const { return !accounts_.empty(); }
  [[nodiscard]] bool tests_combos() const { return !combos_.empty(); }
  [[nodiscard]] bool matches_account(std::string_view account) const;
  // The only accounts that can match, sorted, where a predicate names them one by one.
  [[nodiscard]] std::optional<std::vector<std::string_view>> named_accounts() const;
  // By combo.
  [[nodiscard]] std::vector<Match> matching_combos(const RollupKeys& keys,
                                                   const RollupFold& fold) const;
  // Of what is under `(other)` of one of the other keys.
  [[nodiscard]] Match match_other(RollupKey key, const RollupKeys& keys,
                                  const RollupFold& fold) const;
  // Of what is under `(other)` of the accounts; `named` says of an account whether the file counts
  // it by its name.
  [[nodiscard]] Match match_other_accounts(
      const RollupFold& fold, const std::function<bool(std::string_view)>& named) const;

 private:
  std::vector<const Predicate*> accounts_;
  std::vector<const Predicate*> combos_;
};

}  // namespace fortnight::storage
