// Which values were counted by name on the previous days. They are preferred to new values.
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

// Opens and reads the earlier rollups on first use, and ignores damaged ones. Not thread-safe.
// Memory: about 12 bytes per value of the earlier days; for accounts, a page per file.
class RollupHistory {
 public:
  explicit RollupHistory(EarlierRollups earlier) : earlier_(std::move(earlier)) {}

  // The number of earlier days on which the value was named: 0 to kEarlierDays.
  int days(RollupKey key, std::string_view value);
  // The same for an account. Accounts must be asked for in ascending order; rewind_accounts()
  // restarts the order.
  int days_of_account(std::string_view account);
  void rewind_accounts();

 private:
  struct Accounts {
    std::unique_ptr<RollupSource> source;
    int day = 0;  // the bit of the earlier day
    NamedRows at;
    bool there = false;
  };
  void open();
  void load_keys();
  static void advance(Accounts& accounts);

  EarlierRollups earlier_;
  bool open_ = false;
  std::vector<std::shared_ptr<const RollupReader>> readers_;
  std::vector<int> day_bits_;  // parallel to readers_
  bool loaded_ = false;
  // By the value's hash, seeded with its key: a bit for each day. Hash collisions do no harm.
  boost::unordered_flat_map<std::uint64_t, std::uint8_t> days_;
  std::vector<Accounts> accounts_;
  bool accounts_open_ = false;
};

}  // namespace fortnight::storage
