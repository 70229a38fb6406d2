// A call's handle.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace fortnight::storage {

// "20260-1c4" is the call's UTC day and its number, both in base 36. Valid for as long as the call
// is kept.
struct Ref {
  Day day = 0;
  std::uint64_t seq = 0;
  [[nodiscard]] std::string to_string() const;
  static std::optional<Ref> parse(std::string_view text);
  friend auto operator<=>(const Ref&, const Ref&) = default;
};

}  // namespace fortnight::storage
