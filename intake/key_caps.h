// Caps on the distinct values of keys, so that no input can make the counts grow without bound.
// Past a key's cap, a value that is new on this UTC day becomes `(other)`.
//
// One for a daemon, shared by its mappers. Threads: safe to share.
#pragma once

#include <xxhash.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <mutex>
#include <string_view>
#include <unordered_set>

#include "config/config.h"
#include "storage/time.h"

namespace fortnight::intake {

inline constexpr std::string_view kOther = "(other)";

enum class CappedKey : std::uint8_t { account, endpoint, revision, method };
inline constexpr std::size_t kCappedKeys = 4;

class KeyCaps {
 public:
  explicit KeyCaps(const config::Limits& limits);

  // Whether a call that arrives at `now` may bear this value; counts it if so. The empty value
  // always may. Mind: mappers remember what was allowed, and ask again when the day or the shape
  // changes.
  [[nodiscard]] bool allow(CappedKey key, std::string_view value, storage::TimeNs now);

  // Calls whose value was refused, since the start.
  [[nodiscard]] std::uint64_t refused(CappedKey key) const;

 private:
  struct Key {
    std::size_t cap = 0;
    std::unordered_set<std::uint64_t> seen;  // hashes of today's values
    std::atomic<std::uint64_t> refused{0};
  };
  std::mutex mutex_;
  storage::Day day_ = 0;
  std::array<Key, kCappedKeys> keys_;
};

}  // namespace fortnight::intake
