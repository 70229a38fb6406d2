// A question's predicates in a rollup's terms: which accounts, which combos. Each predicate is
// tested once against each value of the file's keys, never against rows.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "storage/call/predicate.h"
#include "storage/rollup/keys.h"
#include "storage/store.h"

namespace fortnight::storage {

// The key that a field is; nothing for the account, and for fields that rollups don't have.
std::optional<RollupKey> rollup_key_of(TextField field);

class RollupFilter {
 public:
  // Requires RollupReader::answers of a question with these predicates, which must outlive it.
  explicit RollupFilter(const std::vector<Predicate>& predicates);

  [[nodiscard]] bool tests_accounts() const { return !accounts_.empty(); }
  [[nodiscard]] bool tests_combos() const { return !combos_.empty(); }
  [[nodiscard]] bool matches_account(std::string_view account) const;
  // The only accounts that can match, sorted, where a predicate names them one by one.
  [[nodiscard]] std::optional<std::vector<std::string_view>> named_accounts() const;
  // By combo: 1 where all predicates hold.
  [[nodiscard]] std::vector<std::uint8_t> matching_combos(const RollupKeys& keys) const;

 private:
  std::vector<const Predicate*> accounts_;
  std::vector<const Predicate*> combos_;
};

}  // namespace fortnight::storage
