#include "base/json_text.h"

#include <algorithm>
#include <cstdint>

#include "base/utf8.h"

namespace fortnight {
namespace {

bool is_digit(char c) { return static_cast<unsigned char>(c - '0') < 10; }

const char* skip_digits(const char* at, const char* end) {
  while (at != end && is_digit(*at)) ++at;
  return at;
}

}  // namespace

bool is_hex(char c) {
  const char lower = static_cast<char>(c | 0x20);
  return is_digit(c) || (lower >= 'a' && lower <= 'f');
}

unsigned hex_value(char c) {
  return static_cast<unsigned>(is_digit(c) ? c - '0' : (c | 0x20) - 'a' + 10);
}

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
  constexpr std::size_t kUnicode = 6;  // \u00e9
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
  if (text.size() < kUnicode) return 0;
  const bool valid = is_hex(text[2]) && is_hex(text[3]) && is_hex(text[4]) && is_hex(text[5]);
  return valid ? kUnicode : 0;
}

std::string_view decode_json_string(std::string_view raw, std::string& scratch) {
  const std::size_t first = raw.find('\\');
  if (first == std::string_view::npos) return raw;
  scratch.assign(raw.substr(0, first));
  const auto hex4 = [&](std::size_t at) -> std::int32_t {
    if (at + 4 > raw.size()) return -1;
    std::int32_t value = 0;
    for (std::size_t i = at; i < at + 4; ++i) {
      const char c = raw[i];
      const int digit = c >= '0' && c <= '9'   ? c - '0'
                        : c >= 'a' && c <= 'f' ? c - 'a' + 10
                        : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                               : -1;
      if (digit < 0) return -1;
      value = value * 16 + digit;
    }
    return value;
  };
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
        std::int32_t unit = hex4(i);
        if (unit < 0) {
          scratch.append("\\u");
          break;
        }
        i += 4;
        char32_t code = static_cast<char32_t>(unit);
        if (unit >= 0xd800 && unit <= 0xdbff && i + 1 < raw.size() && raw[i] == '\\' &&
            raw[i + 1] == 'u') {
          const std::int32_t low = hex4(i + 2);
          if (low >= 0xdc00 && low <= 0xdfff) {
            code = 0x10000 + ((static_cast<char32_t>(unit) - 0xd800) << 10) +
                   (static_cast<char32_t>(low) - 0xdc00);
            i += 6;
          }
        }
        if (code >= 0xd800 && code <= 0xdfff) code = 0xfffd;
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
