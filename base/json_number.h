// JSON numbers as filters compare them, and durations as text.
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

// Appends nanoseconds as the exact decimal text of milliseconds, without trailing zeros: "7.9",
// "-0.000001".
void append_milliseconds(std::int64_t ns, std::string& out);

}  // namespace fortnight
