#include "intake/string_redactor.h"

#include <simdjson.h>

#include <algorithm>
#include <array>

#include "base/ascii.h"
#include "base/json_text.h"
#include "base/json_writer.h"
#include "storage/call/batch.h"

namespace fortnight::intake {
namespace {

constexpr std::size_t kMaxRedactedName = 128;
constexpr std::size_t kMaxAuthority = 512;  // maximum user:password of a URL

// Bytes of names in texts; the same as in intake/text_scan.cc.
constexpr bool is_name_byte(char c) {
  return is_alphanumeric(c) || c == '_' || c == '-' || c == '.' || c == '[' || c == ']' ||
         c == '%' || c == '$' || c == ':';
}

// By byte: 0 if names can't contain it, otherwise a mask of its letter and of these flags.
constexpr Letters kIsName = Letters{1} << 26;
constexpr Letters kPercent = Letters{1} << 27;
constexpr std::array<Letters, 256> kNameBytes = [] {
  std::array<Letters, 256> bytes{};
  for (std::size_t byte = 0; byte < bytes.size(); ++byte) {
    const auto c = static_cast<char>(byte);
    if (is_name_byte(c)) bytes[byte] = kIsName | kLetterBits[byte] | (c == '%' ? kPercent : 0);
  }
  return bytes;
}();

}  // namespace

void StringRedactor::redact(ParsedLine& line, std::span<const std::uint32_t> marks) {
  changes_.clear();
  hash_values(line);
  if (!names_.empty()) {
    check_named_values(line);
    check_headers(line);
    if (!marks.empty()) check_marks(line, marks);
    // A string that was cut may have lost the mark that shows a secret, so it is always searched.
    // It is the hole before the truncation mark.
    const auto holes = static_cast<std::uint32_t>(line.spans.size());
    if (line.cut_off && holes >= 2) search(line, holes - 2);
  }
  if (!changes_.empty()) replace(line);
  if (rules_.patterns.empty()) return;
  changes_.clear();
  check_patterns(line);
  if (!changes_.empty()) replace(line);
}

void StringRedactor::hash_values(const ParsedLine& line) {
  for (const Hole& hole : line.plan->hashed) {
    const std::string_view raw = line.scalar(hole.index);
    if (line.is_null(hole) || raw.empty()) continue;
    change_value(line, hole.index, hole.is_string,
                 rules_.hash_of(decode_json_string(raw, scratch_)));
  }
}

void StringRedactor::change_value(const ParsedLine& line, std::uint32_t hole, bool is_string,
                                  std::string_view value) {
  const Span span = line.spans[hole];
  std::string text = json_quoted(value);
  if (is_string) text = text.substr(1, text.size() - 2);
  changes_.push_back({span.begin, span.begin + span.length, std::move(text)});
}

// Tests each value, decoded; numbers too. The time isn't tested, nor what is hashed.
void StringRedactor::check_patterns(const ParsedLine& line) {
  const bool some = rules_.patterns.may_match_within(line.bytes);
  if (!some && !line.has_escapes) return;
  const Candidates times = line.plan->candidates_of(Field::ts);
  const auto is_time = [times](std::uint32_t hole) {
    return std::any_of(times.begin(), times.end(), [hole](const Candidate& one) {
      return one.what == Candidate::What::hole && one.hole.index == hole;
    });
  };
  const auto is_hashed = [&line](std::uint32_t hole) {
    return std::any_of(line.plan->hashed.begin(), line.plan->hashed.end(),
                       [hole](const Hole& one) { return one.index == hole; });
  };
  std::string value;
  for (std::uint32_t hole = 0; hole < line.spans.size(); ++hole) {
    const std::string_view raw = line.scalar(hole);
    const bool is_string = line.bytes[line.spans[hole].begin - 1] == '"';
    const bool escaped = is_string && raw.find('\\') != std::string_view::npos;
    const bool literal = !is_string && !raw.empty() && is_letter(raw.front());
    if (literal || (!some && !escaped)) continue;
    if (is_time(hole) || is_hashed(hole)) continue;
    value = escaped ? decode_json_string(raw, scratch_) : raw;
    if (rules_.patterns.replace(value)) change_value(line, hole, is_string, value);
  }
}

void StringRedactor::check_named_values(const ParsedLine& line) {
  for (const NamedValue& pair : line.plan->named.pairs) {
    const std::string_view name = line.scalar(pair.name);
    if (name.size() > kMaxRedactedName || !may_be_secret(name)) continue;
    if (!names_.matches_part(decode_json_string(name, scratch_))) continue;
    for (std::uint32_t hole = pair.first; hole < pair.end; ++hole) {
      const Span span = line.spans[hole];
      const bool is_string = line.bytes[span.begin - 1] == '"';
      if (line.is_null({hole, is_string})) continue;
      const std::string quote = is_string ? "" : "\"";
      std::string text = quote;
      text.append(kRedacted).append(quote);
      changes_.push_back({span.begin, span.begin + span.length, std::move(text)});
    }
  }
}

// Whether a name, which may contain escapes, can match a secret one.
bool StringRedactor::may_be_secret(std::string_view name) const {
  Letters letters = 0;
  for (const char c : name) {
    if (c == '\\') return true;
    letters |= kLetterBits[static_cast<unsigned char>(c)];
  }
  return names_.may_match(letters);
}

// Checks strings that may be "name:value".
void StringRedactor::check_headers(const ParsedLine& line) {
  for (const std::uint32_t hole : line.plan->named.headers) {
    const std::string_view string = line.scalar(hole);
    const std::size_t colon = string.substr(0, kMaxRedactedName).find(':');
    if (colon != std::string_view::npos && names_.matches_part(string.substr(0, colon))) {
      search(line, hole);
    }
  }
}

void StringRedactor::check_marks(const ParsedLine& line, std::span<const std::uint32_t> marks) {
  std::uint32_t hole = 0;
  const auto holes = static_cast<std::uint32_t>(line.spans.size());
  const auto end_of = [&](std::uint32_t at) {
    return line.spans[at].begin + line.spans[at].length;
  };
  for (std::size_t i = 0; i < marks.size(); ++i) {
    while (hole < holes && end_of(hole) <= marks[i]) ++hole;
    if (hole == holes) return;
    const Span span = line.spans[hole];
    if (marks[i] < span.begin) continue;  // within a member's name
    if (!tells(line.scalar(hole), marks[i] - span.begin)) continue;
    search(line, hole);
    while (i + 1 < marks.size() && marks[i + 1] < end_of(hole)) ++i;
  }
}

bool StringRedactor::tells(std::string_view string, std::size_t at) const {
  const std::string_view rest = string.substr(at);
  switch (rest.front()) {
    case '=':
      return names_secret_before(string, at);
    case '<':
      return tag_is_secret(rest.substr(1));
    case '%': {
      // Percent codes of quotes, < = : and %, any of which may precede a secret.
      const std::string_view code = rest.substr(0, 3);
      return code == "%22" || code == "%25" || code == "%3A" || code == "%3a" || code == "%3C" ||
             code == "%3c" || code == "%3D" || code == "%3d";
    }
    case '@': {
      // A URL's password precedes the @.
      const std::size_t from = at - std::min(at, kMaxAuthority);
      const std::string_view before = string.substr(from, at - from);
      return before.find("//") != std::string_view::npos ||
             before.find("\\/\\/") != std::string_view::npos;
    }
    case ':':
      return names_secret_before(string, at);
    case '\'':
      return quoted_name_is_secret(rest.substr(1));
    default:
      return escape_tells(string, at);
  }
}

// The name of a member, or of a header line; `text` begins with it.
bool StringRedactor::quoted_name_is_secret(std::string_view text) const {
  const std::string_view rest = text.substr(0, kMaxRedactedName);
  std::size_t end = 0;
  Letters letters = 0;
  for (; end < rest.size() && rest[end] != '\\' && rest[end] != ':' && rest[end] != '\''; ++end) {
    letters |= kLetterBits[static_cast<unsigned char>(rest[end])];
  }
  return names_.may_match(letters) && names_.matches_part(rest.substr(0, end));
}

// For example <wsse:Password Type="...">
bool StringRedactor::tag_is_secret(std::string_view name) const {
  name = name.substr(0, kMaxRedactedName);
  const auto end = std::find_if_not(name.begin(), name.end(), is_name_byte);
  return names_.matches_part(name.substr(0, static_cast<std::size_t>(end - name.begin())));
}

// Whether the text before `=` or `:` ends in a key that may be secret or that may name a secret.
bool StringRedactor::names_secret_before(std::string_view string, std::size_t at) const {
  std::size_t begin = at;
  Letters seen = 0;
  for (; begin > 0 && at - begin < kMaxRedactedName; --begin) {
    const Letters bits = kNameBytes[static_cast<unsigned char>(string[begin - 1])];
    if (bits == 0) break;
    seen |= bits;
  }
  const std::string_view key = string.substr(begin, at - begin);
  if (begin > 0 && string[begin - 1] == '\\') return true;  // an escape precedes it
  if ((seen & kPercent) != 0 || key == "name") return true;
  return names_.may_match(seen) && names_.matches_part(key);
}

bool StringRedactor::escape_tells(std::string_view string, std::size_t at) const {
  const std::string_view escape = string.substr(at);
  if (escape.size() < 2) return false;
  switch (escape[1]) {
    case '"':
    case 'n':
    case 'r':
      return quoted_name_is_secret(escape.substr(2));
    case 'u': {
      // An escaped ASCII character that needs no escape, except & and >, which some producers
      // always escape. Some also escape every '.
      if (escape.size() < 6 || escape[2] != '0' || escape[3] != '0') return false;
      const unsigned code = hex_value(escape[4]) * 16 + hex_value(escape[5]);
      if (code == '\'') return quoted_name_is_secret(escape.substr(6));
      return code == '\n' || code == '\r' ||
             (code >= ' ' && code < 0x80 && code != '&' && code != '>');
    }
    default:
      return false;
  }
}

void StringRedactor::search(const ParsedLine& line, std::uint32_t hole) {
  const Span span = line.spans[hole];
  for (Secret& secret : secrets_.find_in_string(line.scalar(hole))) {
    changes_.push_back({span.begin + static_cast<std::uint32_t>(secret.begin),
                        span.begin + static_cast<std::uint32_t>(secret.end),
                        std::move(secret.replacement)});
  }
}

// Copies the line with all changes applied, and moves the spans.
void StringRedactor::replace(ParsedLine& line) {
  std::sort(changes_.begin(), changes_.end(), [](const Change& a, const Change& b) {
    return a.begin != b.begin ? a.begin < b.begin : a.end > b.end;
  });
  // The line may already be in bytes_ and spans_.
  bytes_.swap(earlier_bytes_);
  spans_.swap(earlier_spans_);
  bytes_.clear();
  spans_.assign(line.spans.begin(), line.spans.end());
  std::uint32_t copied = 0;
  std::size_t change = 0;
  for (Span& span : spans_) {
    const std::uint32_t begin = span.begin;
    const std::uint32_t end = span.begin + span.length;
    bytes_.append(line.bytes, copied, begin - copied);
    copied = begin;
    span.begin = static_cast<std::uint32_t>(bytes_.size());
    for (; change < changes_.size() && changes_[change].begin < std::max(end, begin + 1);
         ++change) {
      if (changes_[change].begin < copied) {  // lies within an earlier change
        copied = std::max(copied, changes_[change].end);
        continue;
      }
      bytes_.append(line.bytes, copied, changes_[change].begin - copied);
      bytes_.append(changes_[change].text);
      copied = changes_[change].end;
    }
    bytes_.append(line.bytes, copied, end - copied);
    copied = end;
    span.length = static_cast<std::uint32_t>(bytes_.size()) - span.begin;
  }
  bytes_.append(line.bytes.substr(copied));
  line.bytes = bytes_;
  bytes_.append(simdjson::SIMDJSON_PADDING, '\0');
  line.bytes = std::string_view(bytes_).substr(0, bytes_.size() - simdjson::SIMDJSON_PADDING);
  line.spans = spans_;
  line.has_escapes = true;
}

}  // namespace fortnight::intake
