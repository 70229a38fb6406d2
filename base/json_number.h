// JSON numbers as filters compare them.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace fortnight {

// Returns the value of `text` if all of it is one JSON number. A number too large for a double
// becomes an infinity.
std::optional<double> number_of(std::string_view text);

// Compares two JSON numbers exactly, without the rounding of doubles.
std::strong_ordering compare_numbers(std::string_view a, std::string_view b);

}  // namespace fortnight
