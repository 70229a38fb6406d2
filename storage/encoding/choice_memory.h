// What served a column in the blocks before, so that most blocks try one encoding and not all of
// them. Not thread-safe.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "storage/encoding/text_encoder.h"

namespace fortnight::storage {

struct Choice {
  TextEncoding encoding;
  double bytes_per_value = 0;  // when it was chosen
  unsigned uses = 0;           // since it was chosen
};

class ChoiceMemory {
 public:
  // Null where the place is new. A place is a column, or a group or the tokens within one.
  Choice* find(std::string_view place) {
    const auto found = choices_.find(place);
    return found == choices_.end() ? nullptr : &found->second;
  }
  void set(std::string_view place, Choice choice) {
    // Groups are named by their values' kind, and there is no end of kinds.
    if (choices_.size() < kMaxPlaces)
      choices_.insert_or_assign(std::string(place), std::move(choice));
  }

 private:
  static constexpr std::size_t kMaxPlaces = 1U << 14;
  std::map<std::string, Choice, std::less<>> choices_;
};

}  // namespace fortnight::storage
