#include "intake/key_caps.h"

#include "storage/base/checksum.h"

namespace fortnight::intake {

KeyCaps::KeyCaps(const config::Limits& limits) {
  const auto cap = [&](CappedKey key, std::uint32_t most) {
    keys_[static_cast<std::size_t>(key)].cap = most;
  };
  cap(CappedKey::account, limits.max_accounts);
  cap(CappedKey::endpoint, limits.max_endpoints);
  cap(CappedKey::revision, limits.max_revisions);
  cap(CappedKey::method, limits.max_methods);
}

bool KeyCaps::allow(CappedKey key, std::string_view value, storage::TimeNs now) {
  if (value.empty() || value == kOther) return true;
  const auto index = static_cast<std::size_t>(key);
  const storage::Day day = storage::day_of(now);
  if (value.size() <= kMaxKeyBytes) {
    const std::uint64_t seed = static_cast<std::uint64_t>(day) * kCappedKeys + index;
    const std::uint64_t hash = XXH3_64bits_withSeed(value.data(), value.size(), seed);
    std::atomic<std::uint64_t>& recent = recent_[hash % kRecent];
    if (recent.load(std::memory_order_relaxed) == hash) return true;
    if (admit(keys_[index], hash, day)) {
      recent.store(hash, std::memory_order_relaxed);
      return true;
    }
  }
  keys_[index].refused.fetch_add(1, std::memory_order_relaxed);
  return false;
}

bool KeyCaps::admit(Key& key, std::uint64_t hash, storage::Day day) {
  const std::lock_guard lock(mutex_);
  if (day != day_) {
    for (Key& each : keys_) each.seen.clear();
    day_ = day;
  }
  if (key.seen.contains(hash)) return true;
  if (key.seen.size() >= key.cap) return false;
  key.seen.insert(hash);
  return true;
}

std::uint64_t KeyCaps::refused(CappedKey key) const {
  return keys_[static_cast<std::size_t>(key)].refused.load(std::memory_order_relaxed);
}

}  // namespace fortnight::intake
