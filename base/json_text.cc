#include "base/json_text.h"

#include <algorithm>
#include <cstdint>

#include "base/ascii.h"
#include "base/require.h"
#include "base/utf8.h"

namespace fortnight {
namespace {

const char* skip_digits(const char* at, const char* end) {
  while (at != end && is_digit(*at)) ++at;
  return at;
}

}  // namespace

bool is_json_number(std::string_view text) {
  const char* at = text.data();
  const char* const end = at + text.size();
  if (at != end && *at == '-') ++at;
  const char* const whole = at;
  at = skip_digits(at, end);
  if (at == whole || (*whole == '0' && at - whole > 1)) return false;
  if (at == end) return true;
  if (*at == '.') {
    const char* const fraction = ++at;
    at = skip_digits(at, end);
    if (at == fraction) return false;
  }
  if (at != end && (*at == 'e' || *at == 'E')) {
    ++at;
    if (at != end && (*at == '+' || *at == '-')) ++at;
    const char* const exponent = at;
    at = skip_digits(at, end);
    if (at == exponent) return false;
  }
  return at == end;
}

bool is_json_scalar(std::string_view text) {
  if (text.empty()) return false;
  switch (text.front()) {
    case 't':
      return text == "true";
    case 'f':
      return text == "false";
    case 'n':
      return text == "null";
    default:
      return is_json_number(text);
  }
}

std::size_t escape_length(std::string_view text) {
  FORTNIGHT_REQUIRE(text.starts_with('\\'));
  if (text.size() < 2) return 0;
  switch (text[1]) {
    case '"':
    case '\\':
    case '/':
    case 'b':
    case 'f':
    case 'n':
    case 'r':
    case 't':
      return 2;
    case 'u':
      break;
    default:
      return 0;
  }
  if (text.size() < kUnicodeEscape) return 0;
  const bool valid = is_hex(text[2]) && is_hex(text[3]) && is_hex(text[4]) && is_hex(text[5]);
  return valid ? kUnicodeEscape : 0;
}

std::optional<char32_t> escaped_unit(std::string_view text) {
  if (!text.starts_with("\\u") || escape_length(text) != kUnicodeEscape) return std::nullopt;
  char32_t unit = 0;
  for (const char c : text.substr(2, 4)) unit = unit << 4 | hex_value(c);
  return unit;
}

std::string_view decode_json_string(std::string_view raw, std::string& scratch) {
  const std::size_t first = raw.find('\\');
  if (first == std::string_view::npos) return raw;
  scratch.assign(raw.substr(0, first));
  std::size_t i = first;
  while (i < raw.size()) {
    if (raw[i] != '\\' || i + 1 == raw.size()) {
      const std::size_t next = std::min(raw.find('\\', i + 1), raw.size());
      scratch.append(raw, i, next - i);
      i = next;
      continue;
    }
    const char escape = raw[i + 1];
    i += 2;
    switch (escape) {
      case 'n':
        scratch.push_back('\n');
        break;
      case 't':
        scratch.push_back('\t');
        break;
      case 'r':
        scratch.push_back('\r');
        break;
      case 'b':
        scratch.push_back('\b');
        break;
      case 'f':
        scratch.push_back('\f');
        break;
      case 'u': {
        const std::optional<char32_t> unit = escaped_unit(raw.substr(i - 2));
        if (!unit) {
          scratch.append("\\u");
          break;
        }
        i += 4;
        char32_t code = *unit;
        if (is_high_surrogate(code)) {
          const std::optional<char32_t> low = escaped_unit(raw.substr(i));
          if (low && is_low_surrogate(*low)) {
            code = 0x10000 + ((code - 0xd800) << 10) + (*low - 0xdc00);
            i += kUnicodeEscape;
          }
        }
        if (is_high_surrogate(code) || is_low_surrogate(code)) code = 0xfffd;
        append_utf8(code, scratch);
        break;
      }
      default:
        scratch.push_back(escape);  // \" \\ \/
    }
  }
  return scratch;
}

}  // namespace fortnight
