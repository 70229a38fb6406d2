// The keys of a rollup file besides the account: their values, and the combinations in which calls
// had them.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/strings.h"

namespace fortnight::storage {

enum class RollupKey : std::uint8_t { endpoint, method, status, revision };
inline constexpr std::size_t kRollupKeys = 4;

// Whether the value is always counted by name, in addition to the values that the cap allows: the
// absent value, and known methods.
bool is_exempt_from_caps(RollupKey key, std::string_view value);

// For each key, the index of a value; the index after the last value is `(other)`. Statuses are
// never folded.
using RollupCombo = std::array<std::uint32_t, kRollupKeys>;

struct RollupKeys {
  std::array<Strings, kRollupKeys> values;  // a status as decimal text; absent: "0"
  std::vector<RollupCombo> combos;          // those with the most calls first
  std::vector<std::uint8_t> failed;         // by combo: 1 if its status is an error

  [[nodiscard]] const Strings& of(RollupKey key) const {
    return values[static_cast<std::size_t>(key)];
  }
  // Whether the index represents `(other)`.
  [[nodiscard]] bool is_other(RollupKey key, std::uint32_t value) const {
    return value == of(key).size();
  }
  [[nodiscard]] std::string encode() const;
  static Result<std::shared_ptr<const RollupKeys>> parse(std::string_view raw);
  [[nodiscard]] std::size_t memory() const;
};

// By endpoint, and last for `(other)`: 1 if calls have it and all of them got 404.
std::vector<std::uint8_t> find_unmatched(const RollupKeys& keys);

// Sets `keys.failed` from the combos' statuses; returns false if one isn't a number.
bool find_failed_combos(RollupKeys& keys);

}  // namespace fortnight::storage
