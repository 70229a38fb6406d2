// How far a rollup file is folded: the values of a key that it counts by their names.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "storage/key_caps.h"

namespace fortnight::storage {

class RollupReader;

// Values of a key, and combinations of values, in the rollup of a day to which calls still come. So
// many that which values recur is known before any is folded; so few that merging eight such files
// takes some 50 MiB.
inline constexpr std::uint32_t kFreshValues = 32U << 10;
inline constexpr std::uint32_t kFreshAccounts = 128U << 10;
// Combinations of endpoint, method, status and revision in one file: what is left of a day in which
// all of a key's values come with all of another's. A busy API has some thousands.
inline constexpr std::uint32_t kKeptCombos = 256U << 10;
// Days before a rollup's own whose values go before new ones.
inline constexpr int kEarlierDays = 7;

// The caps of a day to which calls still come: at least the kFresh... above.
KeyCaps fresh_caps(const KeyCaps& caps);

// Readers of the rollups of the kEarlierDays days before a rollup's own, in any order. Those that
// can't be opened are left out.
using EarlierRollups = std::function<std::vector<std::shared_ptr<const RollupReader>>()>;

struct RollupRules {
  KeyCaps caps = fresh_caps({});
  // Called only where there are more values than a cap; may be empty.
  EarlierRollups earlier;
};

// Methods of the IANA registry, QUERY and PURGE. They are counted by their names whatever else
// comes.
bool is_known_method(std::string_view method);

}  // namespace fortnight::storage
