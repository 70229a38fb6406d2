// What served a column in the blocks before, so that most blocks try one encoding and not all of
// them.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "storage/encoding/text_encoder.h"

namespace fortnight::storage {

struct Choice {
  TextEncoding encoding;
  double bytes_per_value = 0;  // when it was chosen
  unsigned uses = 0;           // since it was chosen
};

// Thread-safe, but for what it remembers of one place: a place is a column, or a group or the
// tokens within one, and a column is one thread's at a time.
class ChoiceMemory {
 public:
  // Null where the place is new.
  Choice* find(std::string_view place) {
    const std::lock_guard lock(mutex_);
    const auto found = choices_.find(place);
    return found == choices_.end() ? nullptr : &found->second;
  }
  void set(std::string_view place, Choice choice) {
    const std::lock_guard lock(mutex_);
    // Groups are named by their values' kind, and there is no end of kinds.
    if (choices_.size() < kMaxPlaces)
      choices_.insert_or_assign(std::string(place), std::move(choice));
  }

 private:
  static constexpr std::size_t kMaxPlaces = 1U << 14;
  std::mutex mutex_;
  std::map<std::string, Choice, std::less<>> choices_;
};

}  // namespace fortnight::storage
