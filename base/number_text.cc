#include "base/number_text.h"

#include <algorithm>
#include <charconv>

namespace fortnight {

std::optional<std::int64_t> parse_decimal_text(std::string_view text, unsigned digits) {
  const bool negative = !text.empty() && text[0] == '-';
  if (negative) text.remove_prefix(1);
  const std::size_t fraction = digits == 0 ? 0 : digits + 1;
  if (text.size() <= fraction || text.size() > kMaxDecimalDigits + 1) return std::nullopt;
  const std::size_t whole = text.size() - fraction;
  if (whole + digits > kMaxDecimalDigits) return std::nullopt;
  if (whole > 1 && text[0] == '0') return std::nullopt;
  if (digits != 0 && text[whole] != '.') return std::nullopt;
  std::int64_t number = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i == whole) continue;  // the decimal point
    const auto digit = static_cast<unsigned>(static_cast<unsigned char>(text[i])) - '0';
    if (digit > 9) return std::nullopt;
    number = number * 10 + static_cast<std::int64_t>(digit);
  }
  if (negative && number == 0) return std::nullopt;
  return negative ? -number : number;
}

char* write_decimal(std::int64_t number, unsigned digits, char* to) {
  auto magnitude = static_cast<std::uint64_t>(number);
  if (number < 0) {
    *to++ = '-';
    magnitude = 0 - magnitude;
  }
  char text[kMaxDecimalText];
  const char* const end = std::to_chars(text, text + sizeof text, magnitude).ptr;
  const auto length = static_cast<std::size_t>(end - text);
  if (digits == 0) return std::copy_n(text, length, to);
  if (length <= digits) {
    *to++ = '0';
    *to++ = '.';
    return std::copy_n(text, length, std::fill_n(to, digits - length, '0'));
  }
  to = std::copy_n(text, length - digits, to);
  *to++ = '.';
  return std::copy_n(end - digits, digits, to);
}

void append_decimal(std::int64_t number, unsigned digits, std::string& out) {
  char text[kMaxDecimalText];
  out.append(text, write_decimal(number, digits, text));
}

std::string with_commas(std::uint64_t value) {
  std::string digits = std::to_string(value);
  for (std::size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, 1, ',');
  return digits;
}

void append_shortest_decimal(std::int64_t number, unsigned digits, std::string& out) {
  for (; digits > 0 && number % 10 == 0; --digits) number /= 10;
  append_decimal(number, digits, out);
}

}  // namespace fortnight
