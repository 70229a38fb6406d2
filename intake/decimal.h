// Decimal numbers as texts, to whole numbers of some unit, exactly: no floating point between.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace fortnight::intake {

enum class Rounding : std::uint8_t { down, nearest };  // of what is left below 1, by magnitude

struct Scaled {
  std::int64_t value = 0;
  int fraction_digits =
      0;  // digits that the text has behind its point, its exponent counted in; may be < 0
  bool exact = true;  // nothing was left below 1
};

// A number's text as JSON has it: without blanks around it, a plus, or zeros in front.
std::string_view number_text(std::string_view text);

// `text` times 10^power. Nothing where it isn't a JSON number or doesn't fit.
std::optional<Scaled> scale_decimal(std::string_view text, int power, Rounding rounding);

}  // namespace fortnight::intake
