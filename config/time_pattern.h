// Patterns of times, as strptime(3) has them, without locales.
#pragma once

#include <string>
#include <string_view>

namespace fortnight::config {

// The conversions, each the letter after a %. Fractions of a second are %f, %L or %N, with any
// number of digits; %z is an offset from UTC, %Z the word UTC, GMT or Z.
inline constexpr std::string_view kTimeConversions = "YymbBhdejHIMSfLNpzZsaADFTRnt%";

// Returns a description of the expected value if `pattern` isn't a pattern of a date and a time of
// day, or of seconds since 1970; empty if it is valid.
std::string time_pattern_problem(std::string_view pattern);

}  // namespace fortnight::config
