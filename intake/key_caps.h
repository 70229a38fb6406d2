// Caps on the distinct values of keys, so that no input can make the counts grow without bound.
// Past a key's cap, a value that is new on this UTC day of arrival becomes `(other)`; so does one
// that is too long to be a key.
//
// One for a daemon, shared by its mappers. Threads: safe to share.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <mutex>
#include <string_view>

#include "config/config.h"
#include "intake/hash_set.h"
#include "storage/base/time.h"

namespace fortnight::intake {

inline constexpr std::string_view kOther = "(other)";
// No account, endpoint, revision or method is longer in earnest; counts keep each value for ever.
inline constexpr std::size_t kMaxKeyBytes = 1024;

enum class CappedKey : std::uint8_t { account, endpoint, revision, method };
inline constexpr std::size_t kCappedKeys = 4;

class KeyCaps {
 public:
  explicit KeyCaps(const config::Limits& limits);

  // Whether a call that arrives at `now` may bear this value. The empty value always may.
  [[nodiscard]] bool allow(CappedKey key, std::string_view value, storage::TimeNs now);

  // Calls whose value was refused, since the start.
  [[nodiscard]] std::uint64_t refused(CappedKey key) const;

 private:
  // Values are known by their hashes, 8 bytes each: that two of a day's million collide, and one is
  // let in beyond the cap, does no harm.
  struct Key {
    std::size_t cap = 0;
    HashSet seen;
    std::atomic<std::uint64_t> refused{0};
  };
  bool admit(Key& key, std::uint64_t hash, storage::Day day);

  // Values that were let in of late (their hashes bear key and day), found without the lock.
  static constexpr std::size_t kRecent = 4096;
  std::array<std::atomic<std::uint64_t>, kRecent> recent_{};

  std::mutex mutex_;  // of day_ and the keys' sets
  storage::Day day_ = 0;
  std::array<Key, kCappedKeys> keys_;
};

}  // namespace fortnight::intake
