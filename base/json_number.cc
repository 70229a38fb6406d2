#include "base/json_number.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>

#include "base/json_text.h"

namespace fortnight {

namespace {

// 0.digits × 10^point, without zeros at either end of the digits. Zero has no digits.
struct Decimal {
  bool negative = false;
  std::string digits;
  std::int64_t point = 0;
};

// Parses a JSON number. An exponent too large for any number of digits to balance is treated as the
// largest.
Decimal decimal_of(std::string_view text) {
  constexpr std::int64_t kMostExponent = std::int64_t{1} << 40;
  Decimal out;
  out.negative = text.starts_with('-');
  if (out.negative) text.remove_prefix(1);
  const std::size_t e = std::min(text.find_first_of("eE"), text.size());
  if (e < text.size()) {
    std::string_view exponent = text.substr(e + 1);
    const bool below = exponent.starts_with('-');
    if (below || exponent.starts_with('+')) exponent.remove_prefix(1);
    const char* end = exponent.data() + exponent.size();
    if (std::from_chars(exponent.data(), end, out.point).ec != std::errc()) {
      out.point = kMostExponent;
    }
    out.point = std::min(out.point, kMostExponent) * (below ? -1 : 1);
  }
  const std::string_view mantissa = text.substr(0, e);
  const std::size_t dot = std::min(mantissa.find('.'), mantissa.size());
  out.digits = mantissa.substr(0, dot);
  if (dot < mantissa.size()) out.digits += mantissa.substr(dot + 1);
  out.point += static_cast<std::int64_t>(dot);
  const std::size_t zeros = std::min(out.digits.find_first_not_of('0'), out.digits.size());
  out.digits.erase(0, zeros);
  out.point -= static_cast<std::int64_t>(zeros);
  out.digits.erase(out.digits.find_last_not_of('0') + 1);
  return out;
}

}  // namespace

std::strong_ordering compare_numbers(std::string_view a, std::string_view b) {
  if (a == b) return std::strong_ordering::equal;
  const Decimal x = decimal_of(a);
  const Decimal y = decimal_of(b);
  const auto sign = [](const Decimal& d) { return d.digits.empty() ? 0 : d.negative ? -1 : 1; };
  if (sign(x) != sign(y) || sign(x) == 0) return sign(x) <=> sign(y);
  auto size = x.point <=> y.point;
  if (size == 0) size = x.digits.compare(y.digits) <=> 0;
  return x.negative ? 0 <=> size : size;
}

std::optional<double> number_of(std::string_view text) {
  if (!is_json_number(text)) return std::nullopt;
  double value = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  // from_chars doesn't report whether the number is too large or too small; strtod does.
  if (result.ec != std::errc()) return std::strtod(std::string(text).c_str(), nullptr);
  return value;
}

}  // namespace fortnight
