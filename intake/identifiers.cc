#include "intake/identifiers.h"

#include <algorithm>
#include <string>

#include "base/ascii.h"
#include "intake/mapped_text.h"

namespace fortnight::intake {
namespace {

constexpr std::size_t kLongestWord = 64;
constexpr std::size_t kLongestExtension = 5;

bool is_capital_letter(char c) { return c >= 'A' && c <= 'Z'; }
bool is_separating(char c) { return c == '-' || c == '_' || c == '.'; }

// What a text consists of.
struct Makeup {
  explicit Makeup(std::string_view text) : size(text.size()) {
    char before = '\0';
    for (const char c : text) {
      if (is_digit(c)) {
        ++digits;
      } else if (is_capital_letter(c)) {
        ++capitals;
      } else if (is_letter(c)) {
        ++small;
      } else {
        ++others;
      }
      if (!is_hex(c)) hex = false;
      // A capital before a small letter begins a word.
      const bool changes =
          is_alphanumeric(before) && is_alphanumeric(c) &&
          (is_digit(before) != is_digit(c) ||
           (is_letter(before) && !is_capital_letter(before) && is_capital_letter(c)));
      changed += changes ? 1 : 0;
      before = c;
    }
  }
  [[nodiscard]] bool alphanumeric() const { return others == 0; }
  [[nodiscard]] bool mixed() const { return capitals > 0 && small > 0; }
  [[nodiscard]] std::size_t letters() const { return capitals + small; }

  std::size_t size;
  std::size_t digits = 0, capitals = 0, small = 0, others = 0;
  std::size_t changed = 0;  // how often a digit follows a letter, a capital a small letter, ...
  bool hex = true;
};

// Whether a word of letters and digits is random rather than a name such as oauth2callback.
bool is_random(std::string_view word) {
  const Makeup makeup(word);
  constexpr std::size_t kLeast = 8;
  if (!makeup.alphanumeric() || makeup.size < kLeast || makeup.digits == 0) return false;
  if (makeup.digits == makeup.size) return true;
  if (makeup.hex && makeup.digits >= 2 && makeup.changed >= 3) return true;
  constexpr std::size_t kSurelyRandom = 16;
  if (makeup.size >= kSurelyRandom && (makeup.hex || makeup.mixed())) return true;
  // ULIDs, CUIDs and XIDs have one case and more digits than words have.
  constexpr std::size_t kRandomLength = 20;
  if (makeup.size >= kRandomLength && makeup.digits >= 4) return true;
  if (!makeup.mixed()) return makeup.digits >= 3 && makeup.changed >= 3;
  return makeup.size >= 10 && makeup.digits >= 2 && makeup.changed >= 5 &&
         makeup.changed * 5 >= makeup.size * 2;
}

bool is_uuid(std::string_view text) {
  constexpr std::size_t kLength = 36;
  if (text.size() != kLength) return false;
  for (std::size_t i = 0; i < kLength; ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? text[i] != '-' : !is_hex(text[i])) return false;
  }
  return true;
}

// A phone number, coordinates, or another text of digits and what stands between them.
bool is_digits_with_separators(std::string_view text) {
  constexpr std::string_view kBetween = "+-.,:()/ _";
  constexpr std::size_t kLeast = 7;
  std::size_t digits = 0;
  for (const char c : text) {
    if (is_digit(c)) {
      ++digits;
    } else if (kBetween.find(c) == std::string_view::npos) {
      return false;
    }
  }
  return digits == text.size() || digits >= kLeast || (text.front() == '+' && digits >= 3);
}

bool is_ipv4(std::string_view text) {
  std::size_t octets = 0;
  while (!text.empty()) {
    const std::size_t length = std::min(text.find('.'), text.size());
    if (length == 0 || length > 3 || !std::all_of(text.begin(), text.begin() + length, is_digit)) {
      return false;
    }
    ++octets;
    if (length == text.size()) break;
    text.remove_prefix(length + 1);
    if (text.empty()) return false;
  }
  return octets == 4;
}

bool is_ipv6(std::string_view text) {
  const auto fits = [](char c) {
    return is_hex(c) || c == ':' || c == '.' || c == '[' || c == ']';
  };
  return std::count(text.begin(), text.end(), ':') >= 2 &&
         std::all_of(text.begin(), text.end(), fits);
}

// 2026-11, 2026-11-20, 2026-11-20T08:15:30Z
bool begins_with_date(std::string_view text) {
  constexpr std::size_t kMonth = 7;
  if (text.size() < kMonth || text[4] != '-') return false;
  if (!text.starts_with("19") && !text.starts_with("20")) return false;
  for (const std::size_t i : {2U, 3U, 5U, 6U}) {
    if (!is_digit(text[i])) return false;
  }
  const int month = (text[5] - '0') * 10 + (text[6] - '0');
  return month >= 1 && month <= 12 && (text.size() == kMonth || !is_alphanumeric(text[kMonth]));
}

bool is_jwt(std::string_view text) {
  constexpr std::size_t kLeast = 20;
  return text.size() >= kLeast && text.starts_with("eyJ") &&
         std::count(text.begin(), text.end(), '.') >= 1;
}

// ORD-123, INV-2026-0042, user_1234, cus_NffrFeUfNV2Hib
bool is_prefixed(std::string_view text) {
  std::size_t digits = 0;
  std::string_view prefix = text;
  for (;;) {
    const std::size_t at = prefix.find_last_of("-_");
    if (at == std::string_view::npos || at == 0) break;
    const std::string_view rest = prefix.substr(at + 1);
    if (rest.empty() || !std::all_of(rest.begin(), rest.end(), is_digit)) break;
    digits += rest.size();
    prefix = prefix.substr(0, at);
  }
  if (!is_letter(text.front())) return false;
  if (digits > 0) {
    const Makeup makeup(prefix);
    const bool is_key = makeup.small == 0 && makeup.capitals >= 2;
    return is_key || (digits >= 3 && makeup.digits == 0);
  }
  const std::size_t at = text.find_last_of("-_");
  if (at == std::string_view::npos) return false;
  const Makeup rest(text.substr(at + 1));
  constexpr std::size_t kLeast = 8;
  return rest.alphanumeric() && rest.size >= kLeast && rest.digits >= 1 && rest.mixed();
}

// A name with a random word or a long number in it.
bool has_random_word(std::string_view text) {
  constexpr std::size_t kLongNumber = 5;
  while (!text.empty()) {
    const auto end = std::find_if(text.begin(), text.end(), is_separating);
    const std::string_view word = text.substr(0, static_cast<std::size_t>(end - text.begin()));
    const bool is_number = std::all_of(word.begin(), word.end(), is_digit);
    if (is_number ? word.size() >= kLongNumber : is_random(word)) return true;
    text.remove_prefix(std::min(word.size() + 1, text.size()));
  }
  return false;
}

// base64url or a nanoid, which have - and _ anywhere.
bool is_base64url(std::string_view text) {
  constexpr std::size_t kLeast = 16;
  const auto fits = [](char c) { return is_alphanumeric(c) || c == '-' || c == '_' || c == '='; };
  if (text.size() < kLeast || !std::all_of(text.begin(), text.end(), fits)) return false;
  const Makeup makeup(text);
  return makeup.mixed() && makeup.digits >= 2 && makeup.changed * 4 >= makeup.size;
}

bool is_whole_identifier(std::string_view text) {
  return is_digits_with_separators(text) || is_uuid(text) || is_ipv4(text) || is_ipv6(text) ||
         begins_with_date(text) || is_jwt(text) || is_prefixed(text) || has_random_word(text) ||
         is_base64url(text);
}

// The length of the text without its extension; 0 if it has none.
std::size_t stem_length(std::string_view text) {
  const std::size_t dot = text.rfind('.');
  if (dot == std::string_view::npos || dot == 0) return 0;
  const std::string_view extension = text.substr(dot + 1);
  const auto fits = [](char c) { return is_digit(c) || (is_letter(c) && !is_capital_letter(c)); };
  const bool is_extension = !extension.empty() && extension.size() <= kLongestExtension &&
                            is_letter(extension.front()) &&
                            std::all_of(extension.begin(), extension.end(), fits);
  return is_extension ? dot : 0;
}

std::optional<IdentifierRange> classify(std::string_view text) {
  const IdentifierRange whole{0, text.size()};
  const bool has_at = text.find('@') != std::string_view::npos;
  if (text.size() > kLongestWord || has_at || is_jwt(text)) return whole;
  if (const std::size_t at = text.find(';'); at != std::string_view::npos) {
    if (text.find('=', at) != std::string_view::npos) return IdentifierRange{at + 1, text.size()};
  }
  if (const std::size_t open = text.find('('); open != std::string_view::npos && open > 0) {
    if (text.ends_with(')') && open + 2 < text.size()) {
      return IdentifierRange{open + 1, text.size() - 1};
    }
  }
  if (const std::size_t stem = stem_length(text); stem > 0) {
    if (is_whole_identifier(text.substr(0, stem))) return IdentifierRange{0, stem};
  }
  return is_whole_identifier(text) ? std::optional(whole) : std::nullopt;
}

// Whether a segment may have an identifier; most words don't get further.
bool may_have(std::string_view segment) {
  constexpr std::string_view kTelling = "@%+:;( ";
  return segment.size() > kLongestWord || std::any_of(segment.begin(), segment.end(), [&](char c) {
           return is_digit(c) || kTelling.find(c) != std::string_view::npos;
         });
}

}  // namespace

bool is_identifier(std::string_view text) {
  constexpr std::size_t kLeast = 16;
  const bool is_number = !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
  return is_number || is_uuid(text) || (text.size() >= kLeast && is_random(text));
}

std::optional<IdentifierRange> find_identifier(std::string_view segment) {
  if (!may_have(segment)) return std::nullopt;
  if (segment.find('%') == std::string_view::npos) {
    const bool free_text = segment.find(' ') != std::string_view::npos;
    return free_text ? std::optional(IdentifierRange{0, segment.size()}) : classify(segment);
  }
  const std::string decoded = percent_decoded(segment).text;
  if (decoded.find(' ') == std::string::npos && !classify(decoded)) return std::nullopt;
  return IdentifierRange{0, segment.size()};
}

}  // namespace fortnight::intake
