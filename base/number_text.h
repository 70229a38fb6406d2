// Numbers as text and back, exactly: a text is accepted only if the same text comes back.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace fortnight {

// A number with more digits may not fit in 64 bits.
inline constexpr unsigned kMaxDecimalDigits = 18;

// "-12.50" with two digits of fraction is -1250. Nothing if the text isn't canonical: no leading
// zero, no plus, no -0, exactly `digits` digits after the point (no point if `digits` is 0), and
// at most kMaxDecimalDigits in all.
std::optional<std::int64_t> parse_decimal_text(std::string_view text, unsigned digits);
// The reverse.
void append_decimal(std::int64_t number, unsigned digits, std::string& out);
// The same at `to`, where there must be room for kMaxDecimalText bytes. Returns its end.
inline constexpr std::size_t kMaxDecimalText = 24;
char* write_decimal(std::int64_t number, unsigned digits, char* to);

}  // namespace fortnight
