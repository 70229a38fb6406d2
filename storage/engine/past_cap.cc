#include "storage/engine/past_cap.h"

#include <algorithm>
#include <array>
#include <boost/unordered/unordered_flat_map.hpp>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/checksum.h"
#include "base/civil_time.h"
#include "storage/rollup/file.h"
#include "storage/rollup/footer.h"
#include "storage/rollup/keys.h"
#include "storage/rollup/rollup.h"
#include "storage/rollup/totals.h"

namespace fortnight::storage {
namespace {

constexpr Day kNewestDays = 31;

using Readers = std::vector<std::shared_ptr<const RollupReader>>;

struct CappedKey {
  std::string_view name;
  RollupKey key;
  std::uint32_t KeyCaps::*cap;
};
constexpr std::array kCappedKeys = {CappedKey{"endpoint", RollupKey::endpoint, &KeyCaps::endpoints},
                                    CappedKey{"revision", RollupKey::revision, &KeyCaps::revisions},
                                    CappedKey{"method", RollupKey::method, &KeyCaps::methods}};

// The distinct values of one key on a day, each with the first quarter in which it came.
class FirstQuarters {
 public:
  void add(std::string_view value, std::uint64_t quarter) {
    const auto [at, added] = quarters_.try_emplace(checksum64(value), quarter);
    if (!added) at->second = std::min(at->second, quarter);
  }
  [[nodiscard]] std::size_t values() const { return quarters_.size(); }
  // The quarter in which there were more than `cap` values. Requires values() > cap.
  [[nodiscard]] std::uint64_t passed(std::size_t cap) const {
    std::vector<std::uint64_t> order;
    order.reserve(quarters_.size());
    for (const auto& [value, quarter] : quarters_) order.push_back(quarter);
    std::nth_element(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(cap), order.end());
    return order[cap];
  }

 private:
  boost::unordered_flat_map<std::uint64_t, std::uint64_t> quarters_;  // by the value's hash
};

// An upper bound of the number of distinct values.
std::size_t count_values(const Readers& readers, RollupKey key) {
  std::size_t count = 0;
  for (const auto& reader : readers) {
    const auto keys = reader->file()->keys();
    if (keys) count += (*keys)->of(key).size();
  }
  return count;
}

// Skips files that are damaged: queries report them.
FirstQuarters find_values(const Readers& readers, RollupKey key) {
  FirstQuarters found;
  const auto at = static_cast<std::size_t>(key);
  for (const auto& reader : readers) {
    const auto keys = reader->file()->keys();
    const auto totals = reader->file()->totals(RollupGrain::quarter);
    if (!keys || !totals) continue;
    const Strings& values = (*keys)->of(key);
    for (std::size_t combo = 0; combo < (*keys)->combos.size(); ++combo) {
      const std::uint32_t value = (*keys)->combos[combo][at];
      const std::uint32_t first = (*totals)->starts[combo];
      const std::uint32_t last = (*totals)->starts[combo + 1];
      if (value == values.size() || is_exempt_from_caps(key, values[value])) continue;
      for (std::uint32_t i = first; i < last; ++i) found.add(values[value], (*totals)->slots[i]);
    }
  }
  return found;
}

FirstQuarters find_accounts(const Readers& readers) {
  FirstQuarters found;
  for (const auto& reader : readers) {
    static_cast<void>(reader->file()->for_each_entry(
        RollupTable::accounts, nullptr, [&](const TableEntry& entry) -> Result<void> {
          if (entry.name.empty()) return {};
          static_cast<void>(entry.rows.for_each([&](std::uint64_t row, std::uint64_t) {
            found.add(entry.name, row & kQuarterMask);
          }));
          return {};
        }));
  }
  return found;
}

void write_unsealed(Day day, std::string_view key, const FirstQuarters& found, std::uint32_t cap,
                    JsonWriter& json) {
  if (found.values() <= cap) return;
  std::string since;
  const auto quarter = static_cast<TimeNs>(found.passed(cap));
  append_rfc3339(day_start(day) + quarter * kNsPerQuarter, 0, since);
  json.open_object().key("day").text(day_to_string(day)).key("key").text(key);
  json.key("values").number(found.values()).key("cap").number(std::uint64_t{cap});
  json.key("since").text(since).close_object();
}

// The calls under `(other)` of a file that folds no other endpoints than those with only 404s.
std::uint64_t unmatched_calls(const RollupReader& reader) {
  const FoldedKey& folded = reader.fold().endpoint;
  if (folded.calls == 0) return 0;
  const auto keys = reader.file()->keys();
  return keys && find_unmatched(**keys).back() != 0 ? folded.calls : 0;
}

void write_unsealed(Day day, const Readers& readers, const KeyCaps& caps, JsonWriter& json) {
  std::uint64_t calls = 0;
  for (const auto& reader : readers) calls += reader->calls();
  if (calls > caps.accounts) {
    write_unsealed(day, "account", find_accounts(readers), caps.accounts, json);
  }
  for (const CappedKey& capped : kCappedKeys) {
    const std::uint32_t cap = caps.*capped.cap;
    if (count_values(readers, capped.key) <= cap) continue;
    write_unsealed(day, capped.name, find_values(readers, capped.key), cap, json);
  }
}

}  // namespace

void write_past_cap(const Version& version, const KeyCaps& caps, JsonWriter& json) {
  RollupFold total;
  std::uint64_t unmatched = 0;
  std::set<Day> days;
  std::map<Day, Readers> by_day;
  const Day newest = version.rollups.empty() ? 0 : version.rollups.back().entry.name.day;
  for (const LiveRollup& rollup : version.rollups) {
    const Day day = rollup.entry.name.day;
    if (day + kNewestDays <= newest) continue;
    const auto reader = rollup.file->open();
    if (!reader) continue;
    if (rollup.entry.name.kind == FileKind::rollup) by_day[day].push_back(*reader);
    if (!(*reader)->fold().any()) continue;
    days.insert(day);
    for (const auto key : {&RollupFold::account, &RollupFold::endpoint, &RollupFold::revision,
                           &RollupFold::method}) {
      (total.*key).calls += ((*reader)->fold().*key).calls;
    }
    unmatched += unmatched_calls(**reader);
  }
  json.open_object().key("account").number(total.account.calls);
  json.key("endpoint").number(total.endpoint.calls);
  json.key("revision").number(total.revision.calls);
  json.key("method").number(total.method.calls).key("unmatched").number(unmatched);
  json.key("days").open_array();
  for (const Day day : days) json.text(day_to_string(day));
  json.close_array().key("unsealed").open_array();
  for (const auto& [day, readers] : by_day) write_unsealed(day, readers, caps, json);
  json.close_array().close_object();
}

}  // namespace fortnight::storage
