// How far a rollup file is folded: how many values of a key it counts by name.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "storage/key_caps.h"

namespace fortnight::storage {

class RollupReader;

// Values of a key, and combinations of values, in the rollup of a day that still gets calls. High
// enough that it is known which values recur before any is folded; low enough that merging eight
// such files takes about 50 MiB.
inline constexpr std::uint32_t kFreshValues = 32U << 10;
inline constexpr std::uint32_t kFreshAccounts = 128U << 10;
// Combinations of endpoint, method, status and revision in one file. Bounds a day on which all
// values of one key come with all of another's. A busy API has a few thousand.
inline constexpr std::uint32_t kKeptCombos = 256U << 10;
// The number of days before a rollup's own on which a named value ranks higher.
inline constexpr int kEarlierDays = 7;

// The caps of a day that still gets calls: at least kFreshValues and the like above, and none on
// unmatched endpoints.
KeyCaps fresh_caps(const KeyCaps& caps);
// The same caps without the one on unmatched endpoints.
KeyCaps without_unmatched_cap(KeyCaps caps);

// Returns readers of the rollups of the kEarlierDays days before a rollup's own, in any order.
// Those that can't be opened are left out.
using EarlierRollups = std::function<std::vector<std::shared_ptr<const RollupReader>>()>;

struct RollupRules {
  KeyCaps caps = fresh_caps({});
  // Called only if there are more values than a cap; may be empty.
  EarlierRollups earlier = {};
  // JSON pointers of the error codes of added calls; nothing: they aren't known, and the codes of
  // these calls aren't counted.
  std::optional<std::vector<std::string>> codes = {};
};

}  // namespace fortnight::storage
