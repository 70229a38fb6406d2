// Which values were counted by their names on the days before: those go before values that are new.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "storage/rollup/caps.h"
#include "storage/rollup/keys.h"
#include "storage/rollup/source.h"

namespace fortnight::storage {

// Opens and reads the earlier rollups when it is first asked. What of them is damaged counts for
// nothing. Not thread-safe. Memory: some 12 bytes a value of the earlier days; of accounts, a page
// a file.
class RollupHistory {
 public:
  explicit RollupHistory(EarlierRollups earlier) : earlier_(std::move(earlier)) {}

  // On how many of the earlier days the value was counted: 0 to kEarlierDays.
  int days(RollupKey key, std::string_view value);
  // The same of an account. Must be asked in ascending order, from the start after rewind().
  int days_of_account(std::string_view account);
  void rewind_accounts();

 private:
  struct Accounts {
    std::unique_ptr<RollupSource> source;
    int day = 0;  // which of the earlier ones: a bit
    NamedRows at;
    bool there = false;
  };
  void open();
  void load_keys();
  static void advance(Accounts& accounts);

  EarlierRollups earlier_;
  bool open_ = false;
  std::vector<std::shared_ptr<const RollupReader>> readers_;
  std::vector<int> day_bits_;  // of readers_
  bool loaded_ = false;
  // By the value's hash, seeded with its key: a bit for each day. That two hashes are the same does
  // no harm.
  boost::unordered_flat_map<std::uint64_t, std::uint8_t> days_;
  std::vector<Accounts> accounts_;
  bool accounts_open_ = false;
};

}  // namespace fortnight::storage
