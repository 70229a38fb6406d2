#include "intake/decimal.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include "base/ascii.h"
#include "base/json_text.h"

namespace fortnight::intake {
namespace {

constexpr int kMaxExponent = 100'000'000;  // larger than the length of any line

int parse_exponent(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  int value = 0;
  if (std::from_chars(text.data(), text.data() + text.size(), value).ec != std::errc()) {
    value = text.starts_with('-') ? -kMaxExponent : kMaxExponent;
  }
  return std::clamp(value, -kMaxExponent, kMaxExponent);
}

// Sets value to value * 10 + digit; returns false on overflow.
bool push_digit(std::uint64_t& value, unsigned digit) {
  constexpr auto kMost = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (value > (kMost - digit) / 10) return false;
  value = value * 10 + digit;
  return true;
}

// Fast path for most durations: a decimal without sign and exponent, with few digits, at most
// `power` of them after the point. Nothing for any other text.
std::optional<Scaled> scale_plain(std::string_view text, int power) {
  constexpr std::size_t kMostDigits = 18;
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
  if (text.size() < 2 || text.size() > kMostDigits || (text[0] == '0' && text[1] != '.')) {
    return std::nullopt;
  }
  std::int64_t value = 0;
  std::size_t point = text.size();
  for (std::size_t i = 0; i < text.size(); ++i) {
    const unsigned digit = static_cast<unsigned char>(text[i]) - unsigned{'0'};
    if (digit <= 9) {
      value = value * 10 + digit;
    } else if (text[i] == '.' && point == text.size() && i > 0 && i + 1 < text.size()) {
      point = i;
    } else {
      return std::nullopt;
    }
  }
  const int fraction = point == text.size() ? 0 : static_cast<int>(text.size() - point - 1);
  if (fraction > power) return std::nullopt;
  for (int shift = power - fraction; shift > 0; --shift) {
    if (value > kMost / 10) return std::nullopt;
    value *= 10;
  }
  return Scaled{value, fraction, true};
}

}  // namespace

std::string_view without_blanks(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
  return text.substr(0, text.find_last_not_of(kBlanks) + 1);
}

std::string_view number_text(std::string_view text) {
  text = without_blanks(text);
  if (text.starts_with('+')) text.remove_prefix(1);
  while (text.size() > 1 && text[0] == '0' && is_digit(text[1])) {
    text.remove_prefix(1);
  }
  return text;
}

std::optional<Scaled> scale_decimal(std::string_view text, int power, Rounding rounding) {
  if (const std::optional<Scaled> plain = scale_plain(text, power)) return plain;
  if (!is_json_number(text)) return std::nullopt;
  const bool negative = text.front() == '-';
  if (negative) text.remove_prefix(1);
  int exponent = 0;
  if (const std::size_t e = text.find_first_of("eE"); e != std::string_view::npos) {
    exponent = parse_exponent(text.substr(e + 1));
    text = text.substr(0, e);
  }
  const std::size_t point = std::min(text.find('.'), text.size());
  const auto fraction_length = static_cast<int>(text.size() - std::min(point + 1, text.size()));

  // Number of digits before the shifted decimal point; later digits are dropped.
  const std::int64_t kept = static_cast<std::int64_t>(point) + exponent + power;
  std::uint64_t value = 0;
  std::int64_t seen = 0;
  bool exact = true;
  for (const char c : text) {
    if (c == '.') continue;
    const auto digit = static_cast<unsigned>(c - '0');
    if (seen >= kept) {
      if (seen == kept && rounding == Rounding::nearest && digit >= 5) ++value;
      exact = exact && digit == 0;
      ++seen;
      continue;
    }
    if (!push_digit(value, digit)) return std::nullopt;
    ++seen;
  }
  for (; seen < kept && value != 0; ++seen) {
    if (!push_digit(value, 0)) return std::nullopt;
  }
  if (value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
    return std::nullopt;
  }
  const auto magnitude = static_cast<std::int64_t>(value);
  return Scaled{negative ? -magnitude : magnitude, fraction_length - exponent, exact};
}

}  // namespace fortnight::intake
