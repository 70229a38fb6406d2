// Converts numbers to text and back. A text is accepted only if the number's text is identical.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace fortnight {

// A number with more digits may not fit in 64 bits.
inline constexpr unsigned kMaxDecimalDigits = 18;

// Parses a canonical decimal text: "-12.50" with two digits of fraction is -1250. Returns nothing
// unless it has no leading zero, no plus and no -0, exactly `digits` digits after the point (no
// point if `digits` is 0), and at most kMaxDecimalDigits in all.
std::optional<std::int64_t> parse_decimal_text(std::string_view text, unsigned digits);
// The inverse of parse_decimal_text().
void append_decimal(std::int64_t number, unsigned digits, std::string& out);
// Like append_decimal(), but writes to `to` and returns the end. Requires room for kMaxDecimalText
// bytes.
inline constexpr std::size_t kMaxDecimalText = 24;
char* write_decimal(std::int64_t number, unsigned digits, char* to);
// The same without trailing zeros of the fraction: -1250 with three digits is "-1.25".
void append_shortest_decimal(std::int64_t number, unsigned digits, std::string& out);
// Nanoseconds as milliseconds: "7.9", "-0.000001".
inline void append_milliseconds(std::int64_t ns, std::string& out) {
  append_shortest_decimal(ns, 6, out);
}

// For people: "1,234,567".
std::string with_commas(std::uint64_t value);

}  // namespace fortnight
