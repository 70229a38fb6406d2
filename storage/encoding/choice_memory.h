// The codecs that served columns in earlier blocks, so that most blocks try one codec and not all.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "base/mutex.h"
#include "storage/encoding/text_encoder.h"

namespace fortnight::storage {

struct TextCodec;

struct Choice {
  const TextCodec* codec = nullptr;
  double bytes_per_value = 0;  // when it was chosen
  unsigned uses = 0;           // since it was chosen
};

// Thread-safe, except for the choice that find() returns: a key is that of a column, or of a group
// or the tokens within a column, and one thread at a time encodes a column.
class ChoiceMemory {
 public:
  // Null where the key is new.
  Choice* find(std::string_view key) {
    const MutexLock lock(mutex_);
    const auto found = choices_.find(key);
    return found == choices_.end() ? nullptr : &found->second;
  }
  void set(std::string_view key, Choice choice) {
    const MutexLock lock(mutex_);
    // The number of keys has no bound: those of groups contain values.
    if (choices_.size() < kMaxKeys) choices_.insert_or_assign(std::string(key), choice);
  }

 private:
  static constexpr std::size_t kMaxKeys = 1U << 14;
  Mutex mutex_;
  std::map<std::string, Choice, std::less<>> choices_ GUARDED_BY(mutex_);
};

}  // namespace fortnight::storage
