// What parts that are written one after another with the same effort reuse from each other.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "storage/encoding/choice_memory.h"

namespace fortnight::storage {

// How large a column's values became in a block. The next block reserves that much at once: growing
// step by step would take a tenth of a flush. Not thread-safe.
class ColumnSizes {
 public:
  struct Size {
    std::uint32_t values = 0;
    std::uint32_t bytes = 0;
    // Whether `other` fits into this.
    [[nodiscard]] bool holds(const Size& other) const {
      return values >= other.values && bytes >= other.bytes;
    }
  };

  // `place` is the column's path.
  [[nodiscard]] Size of(std::string_view place) const {
    const auto found = sizes_.find(place);
    return found == sizes_.end() ? Size() : found->second;
  }
  void set(std::string_view place, const Size& size) {
    if (const auto known = sizes_.find(place); known != sizes_.end()) {
      known->second = size;
    } else if (sizes_.size() < kMaxPlaces && place.size() <= kMaxPlaceBytes) {
      sizes_.emplace(place, size);
    }
  }

 private:
  static constexpr std::size_t kMaxPlaces = 1U << 12;
  static constexpr std::size_t kMaxPlaceBytes = 256;  // not remembered for longer paths
  std::map<std::string, Size, std::less<>> sizes_;
};

// Any number of threads may use the choices, only one the sizes.
struct PartMemory {
  ChoiceMemory choices;
  ColumnSizes sizes;
};

}  // namespace fortnight::storage
