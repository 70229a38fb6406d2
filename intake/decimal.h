// Converts decimal texts to whole numbers of a unit, exactly: without floating point.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace fortnight::intake {

enum class Rounding : std::uint8_t { down, nearest };  // of the remainder below 1, by magnitude

struct Scaled {
  std::int64_t value = 0;
  int fraction_digits = 0;  // decimal places of the text, its exponent included; may be < 0
  bool exact = true;        // the remainder below 1 is 0
};

std::string_view without_blanks(std::string_view text);  // around it
// Normalises a number's text to JSON: without surrounding blanks, plus sign and leading zeros.
std::string_view number_text(std::string_view text);

// Returns `text` times 10^power. Nothing if it isn't a JSON number or doesn't fit.
std::optional<Scaled> scale_decimal(std::string_view text, int power, Rounding rounding);

}  // namespace fortnight::intake
