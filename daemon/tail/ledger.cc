#include "daemon/tail/ledger.h"

#include <algorithm>
#include <charconv>

namespace fortnight::daemon {

TailLedger::TailLedger(const std::string& source,
                       const std::map<std::string, std::string>& positions)
    : prefix_("tail/" + source + "/") {
  std::map<std::uint64_t, LedgerEntry> by_age;
  for (auto it = positions.lower_bound(prefix_);
       it != positions.end() && it->first.starts_with(prefix_); ++it) {
    const auto& [key, value] = *it;
    if (key == prefix_) {
      started_ = true;
      continue;
    }
    std::uint64_t number = 0;
    const char* end = key.data() + key.size();
    const auto [parsed, failed] = std::from_chars(key.data() + prefix_.size(), end, number);
    if (failed != std::errc() || parsed != end)
      continue;  // of a source whose name begins with ours
    next_ = std::max(next_, number + 1);
    if (auto position = TailPosition::decode(value)) {
      by_age[number] = {key, std::move(*position)};
    } else {
      ++damaged_;
    }
  }
  for (auto& [number, entry] : by_age) entries_.push_back(std::move(entry));
}

std::string TailLedger::new_key() { return prefix_ + std::to_string(next_++); }

}  // namespace fortnight::daemon
