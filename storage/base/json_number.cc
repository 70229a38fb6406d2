#include "storage/base/json_number.h"

#include <charconv>
#include <cstdlib>

namespace fortnight::storage {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_json_number(std::string_view text) {
  std::size_t at = 0;
  const auto digits = [&] {
    const std::size_t begin = at;
    while (at < text.size() && is_digit(text[at])) ++at;
    return at != begin;
  };
  const auto take = [&](std::string_view any) {
    if (at == text.size() || any.find(text[at]) == std::string_view::npos) return false;
    ++at;
    return true;
  };
  take("-");
  if (!take("0") && !digits()) return false;
  if (take(".") && !digits()) return false;
  if (take("eE")) {
    take("+-");
    if (!digits()) return false;
  }
  return at == text.size();
}

}  // namespace

std::optional<double> number_of(std::string_view text) {
  if (!is_json_number(text)) return std::nullopt;
  double value = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  // from_chars doesn't say on which side it is out of range; strtod does.
  if (result.ec != std::errc()) return std::strtod(std::string(text).c_str(), nullptr);
  return value;
}

void append_milliseconds(std::int64_t ns, std::string& out) {
  constexpr std::uint64_t kNsPerMs = 1'000'000;
  const auto bits = static_cast<std::uint64_t>(ns);
  const std::uint64_t size = ns < 0 ? 0 - bits : bits;
  if (ns < 0) out.push_back('-');
  out += std::to_string(size / kNsPerMs);
  std::uint64_t fraction = size % kNsPerMs;
  if (fraction == 0) return;
  std::string digits = std::to_string(kNsPerMs + fraction);
  digits.erase(digits.find_last_not_of('0') + 1);
  digits[0] = '.';
  out += digits;
}

}  // namespace fortnight::storage
