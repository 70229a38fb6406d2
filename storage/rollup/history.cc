#include "storage/rollup/history.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "base/checksum.h"
#include "storage/rollup/file.h"
#include "storage/rollup/rollup.h"

namespace fortnight::storage {
namespace {

std::uint64_t hash_of(std::size_t key, std::string_view value) {
  return XXH3_64bits_withSeed(value.data(), value.size(), key);
}

}  // namespace

void RollupHistory::open() {
  if (std::exchange(open_, true) || !earlier_) return;
  readers_ = earlier_();
  std::vector<Day> days;
  for (const auto& reader : readers_) {
    auto found = std::find(days.begin(), days.end(), reader->day());
    if (found == days.end()) found = days.insert(days.end(), reader->day());
    day_bits_.push_back(static_cast<int>(found - days.begin()) % kEarlierDays);
  }
}

void RollupHistory::load_keys() {
  if (std::exchange(loaded_, true)) return;
  open();
  for (std::size_t i = 0; i < readers_.size(); ++i) {
    const auto keys = readers_[i]->file()->keys();
    if (!keys) continue;
    for (std::size_t key = 0; key < kRollupKeys; ++key) {
      const Strings& values = (*keys)->values[key];
      for (std::size_t value = 0; value < values.size(); ++value) {
        days_[hash_of(key, values[value])] |= static_cast<std::uint8_t>(1U << day_bits_[i]);
      }
    }
  }
}

int RollupHistory::days(RollupKey key, std::string_view value) {
  load_keys();
  const auto found = days_.find(hash_of(static_cast<std::size_t>(key), value));
  return found == days_.end() ? 0 : std::popcount(found->second);
}

void RollupHistory::advance(Accounts& accounts) {
  const auto more = accounts.source->next(RollupTable::accounts, accounts.at);
  accounts.there = more && *more;
}

void RollupHistory::rewind_accounts() {
  open();
  if (!std::exchange(accounts_open_, true)) {
    for (std::size_t i = 0; i < readers_.size(); ++i) {
      auto source = rollup_file_source(readers_[i]->file());
      if (source) accounts_.push_back({std::move(*source), day_bits_[i], {}, false});
    }
  }
  for (Accounts& accounts : accounts_) {
    accounts.source->rewind(RollupTable::accounts);
    advance(accounts);
  }
}

int RollupHistory::days_of_account(std::string_view account) {
  std::uint8_t days = 0;
  for (Accounts& accounts : accounts_) {
    while (accounts.there && accounts.at.name < account) advance(accounts);
    if (accounts.there && accounts.at.name == account) {
      days |= static_cast<std::uint8_t>(1U << accounts.day);
    }
  }
  return std::popcount(days);
}

}  // namespace fortnight::storage
