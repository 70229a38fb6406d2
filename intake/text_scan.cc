#include "intake/text_scan.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "base/ascii.h"
#include "base/json_text.h"
#include "intake/mapped_text.h"
#include "intake/named_values.h"
#include "storage/call/batch.h"

namespace fortnight::intake {
namespace {

constexpr std::size_t kNone = std::string_view::npos;
// Of longer names, only the ends are compared.
constexpr std::size_t kMaxKey = 128;
constexpr std::size_t kMaxContainers = 64;
// Maximum distance from a part's name in a multipart form to the empty line before its value.
constexpr std::size_t kMaxPartHeaders = 512;
constexpr std::size_t kMaxTag = 512;  // maximum bytes of attributes

constexpr std::array<bool, 256> set_of(std::string_view bytes) {
  std::array<bool, 256> set{};
  for (const char c : bytes) set[static_cast<unsigned char>(c)] = true;
  return set;
}
constexpr std::array<bool, 256> kKeyBytes =
    set_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.[]%$:");
// Characters that every secret needs; a text without any of them has no secrets.
constexpr std::array<bool, 256> kTelling = set_of("\"'=:<%");

bool is_key_byte(char c) { return kKeyBytes[static_cast<unsigned char>(c)]; }
bool is_port(std::string_view text) { return text.find_first_not_of("0123456789") == kNone; }

// Whether the user of a URL is a secret: the tokens of many services stand in its place. Tools
// that need a password give them an empty one, or one of these.
bool user_is_secret(std::string_view scheme, std::string_view password) {
  const auto begins = [&](std::string_view name) {
    return scheme.size() >= name.size() &&
           equal_without_case(scheme.substr(scheme.size() - name.size()), name);
  };
  const bool is_web = begins("http:") || begins("https:") || begins("ws:") || begins("wss:");
  return is_web && (password.empty() || password == "x" || password == "x-oauth-basic");
}

// Headers that have no other use than to let somebody in. In prose, as in `sent Cookie: ...`, their
// value extends to the end of the line.
bool is_credential_header(std::string_view name) {
  static constexpr std::array<std::string_view, 6> kNames = {
      "authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key", "x-auth-token"};
  return std::any_of(kNames.begin(), kNames.end(),
                     [&](std::string_view one) { return equal_without_case(one, name); });
}

bool may_tell(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return kTelling[static_cast<unsigned char>(c)]; });
}

}  // namespace

std::vector<Secret> TextScan::find() {
  if (depth_ > kMaxNesting || text_.size() > budget_) {
    if (names_.find_mention(text_).begin != kNone) add(0, text_.size());
    return std::move(found_);
  }
  budget_ -= text_.size();
  while (at_ < text_.size()) {
    const std::size_t before = at_;
    switch (text_[at_]) {
      case '"':
        meet_quote();
        break;
      case '\'':
        meet_apostrophe();
        break;
      case '\\':
        meet_backslash();
        break;
      case '=':
        meet_equals();
        break;
      case ':':
        meet_colon();
        break;
      case '/':
        meet_slash();
        break;
      case '<':
        meet_tag();
        break;
      case '{':
      case '[':
      case '}':
      case ']':
      case ',':
        meet_bracket(text_[at_]);
        break;
      default:
        break;
    }
    if (at_ == before) ++at_;
  }
  take_unnamed_values();
  look_into_percents();
  return std::move(found_);
}

void TextScan::meet_bracket(char c) {
  if (c == '{' || c == '[') {
    if (take_named_value()) return;
    if (open_.size() < kMaxContainers) open_.emplace_back().is_array = c == '[';
  } else if (open_.empty()) {
    return;
  } else if (c == ',') {
    ++open_.back().element;
  } else {
    open_.pop_back();
  }
}

void TextScan::meet_quote() {
  const std::size_t begin = at_ + 1;
  const std::size_t end = string_end(begin, '"');
  const std::string_view content = text_.substr(begin, end - begin);
  const std::size_t value = value_after_name(std::min(end + 1, text_.size()));
  unquoted_ = std::min(end + 1, text_.size());
  if (value != kNone) {
    std::string scratch;
    at_ = value;
    meet_key(decode_json_string(content, scratch), value);
    return;
  }
  if (take_named_value()) return;
  at_ = std::min(end + 1, text_.size());
  meet_text(content, begin);
}

// An escaped quote outside of any string: the text is the content of one, as in
// {\"token\":\"...\"}, or was cut out of one.
void TextScan::meet_backslash() {
  const std::string_view rest = text_.substr(at_ + 1);
  if (rest.starts_with('\\')) {
    at_ += 2;
  } else if (rest.starts_with('"') || rest.starts_with("u0022")) {
    const std::size_t end = string_end(at_, '"');
    look_into_string(text_.substr(unquoted_, end - unquoted_), unquoted_);
    at_ = end;
  }
}

// Handles a member's name; its value begins at `value`.
void TextScan::meet_key(std::string_view name, std::size_t value) {
  member_ = Member::other;
  if (names_.matches_part(name)) {
    at_ = take_value(value);
    return;
  }
  if (tells_a_name(name)) member_ = Member::tells_a_name;
  if (!has_the_value(name) || open_.empty()) return;
  open_.back().value = value;
  if (open_.back().named_secret) at_ = take_value(value);
}

// Handles a string that isn't a member's name.
void TextScan::meet_text(std::string_view content, std::size_t begin) {
  const bool names_value = member_ == Member::tells_a_name;
  member_ = Member::other;
  Container* const inside = open_.empty() ? nullptr : &open_.back();
  if (inside != nullptr && names_value && begin + content.size() < text_.size()) {
    inside->named = true;
  }
  const bool may_name =
      inside != nullptr && (inside->is_array ? inside->element % 2 == 0 : names_value);
  if (may_name) {
    std::string scratch;
    if (names_.matches_part(decode_json_string(content, scratch))) {
      if (inside->is_array) {
        inside->secret_next = true;
      } else {
        inside->named_secret = true;
        if (inside->value) take_value(*std::exchange(inside->value, std::nullopt));
      }
      return;
    }
  }
  look_into_string(content, begin);
}

// Takes the value that follows a secret name in an array, at `at_`.
bool TextScan::take_named_value() {
  if (open_.empty() || !open_.back().secret_next) return false;
  open_.back().secret_next = false;
  if (open_.back().element % 2 == 0) return false;
  at_ = take_value(at_);
  return true;
}

// If the text was cut off within an object, the name of its value may have followed.
void TextScan::take_unnamed_values() {
  for (const Container& container : open_) {
    if (!container.is_array && container.value && !container.named) take_value(*container.value);
  }
}

// 'password': '...', as Python writes it. Other apostrophes have no meaning.
void TextScan::meet_apostrophe() {
  const std::size_t end = string_end(at_ + 1, '\'');
  if (end == text_.size() || end - at_ > kMaxKey) return;
  const std::size_t value = value_after_name(end + 1);
  if (value == kNone || !names_.matches_part(text_.substr(at_ + 1, end - at_ - 1))) return;
  at_ = take_value(value);
}

void TextScan::meet_equals() {
  const std::string_view key = key_before(at_);
  if (key.empty()) return;
  const std::string decoded = key.find('%') == kNone ? std::string() : percent_decoded(key).text;
  const std::string_view name = decoded.empty() ? key : decoded;
  std::size_t value = at_ + 1;
  if (value < text_.size() && text_[value] == '>') ++value;  // :password=>"..."
  if (names_.matches_part(name)) {
    at_ = take_form_value(value);
  } else if (name == "name") {
    at_ = take_part(value);
  }
}

// Handles the user and password of a URL, which may have no scheme: //user:password@host.
void TextScan::meet_slash() {
  if (!text_.substr(at_).starts_with("//")) return;
  const std::size_t begin = at_ + 2;
  const std::size_t end = std::min(text_.find_first_of("/?#\\ \t\r\n\"'<>", begin), text_.size());
  const std::string_view authority = text_.substr(begin, end - begin);
  const std::string_view scheme = text_.substr(0, at_);
  const std::size_t host = authority.rfind('@');
  const std::size_t colon = authority.find(':');
  if (host == kNone) {
    // If the text ends here, the bytes after the colon may be a password whose `@` was cut off.
    const bool cut_off = end == text_.size() && colon != kNone && !authority.starts_with('[');
    const bool may_be_port = !cut_off || is_port(authority.substr(colon + 1));
    if (scheme.ends_with(':') && !may_be_port) add(begin + colon + 1, end);
    return;
  }
  const std::size_t password = std::min(colon, host - 1) + 1;
  if (user_is_secret(scheme, authority.substr(password, host - password))) {
    add(begin, begin + host);
  } else if (colon < host) {
    add(begin + colon + 1, begin + host);
  }
  at_ = begin + host;
}

// Handles a header line, or an argument: login(password: "...").
void TextScan::meet_colon() {
  const std::string_view key = key_before(at_);
  if (key.empty() || key.find(':') != kNone || !names_.matches_part(key)) return;
  std::size_t begin = at_ - key.size();
  while (begin > 0 && (text_[begin - 1] == ' ' || text_[begin - 1] == '\t')) --begin;
  const bool is_line = begin == 0 || text_[begin - 1] == '\n' || text_[begin - 1] == '\r';
  const bool is_quoted = begin > 0 && text_[begin - 1] == '\'';  // curl -H 'Authorization: ...'
  std::size_t value = at_ + 1;
  while (value < text_.size() && (text_[value] == ' ' || text_[value] == '\t')) ++value;
  if (value < text_.size() && text_[value] == '"') {
    at_ = take_value(value);
    return;
  }
  if (!is_line && !is_quoted && !is_credential_header(key)) return;
  const std::size_t end =
      is_quoted ? std::min(text_.find('\'', value), line_end(value)) : line_end(value);
  add(value, end);
  at_ = end;
}

// For example <password>...</password>
void TextScan::meet_tag() {
  std::size_t end = at_ + 1;
  while (end < text_.size() && is_key_byte(text_[end])) ++end;
  const std::string_view name = text_.substr(at_ + 1, end - at_ - 1);
  if (name.empty() || !names_.matches_part(name)) return;
  const std::size_t tag = text_.substr(end, kMaxTag).find('>');
  if (tag == kNone || text_[end + tag - 1] == '/') return;
  const std::size_t begin = end + tag + 1;
  const std::size_t behind = std::min(text_.find("</" + std::string(name), begin), text_.size());
  add(begin, behind);
  at_ = behind;
}

std::size_t TextScan::take_value(std::size_t at) {
  at = skip_blanks(at);
  if (at == text_.size()) return at;
  const char c = text_[at];
  if (c == '{' || c == '[') return take_container(at);
  if (c != '"' && c != '\'') return take_bare(at);
  const std::size_t end = string_end(at + 1, c);
  add(at + 1, end);
  return std::min(end + 1, text_.size());
}

// Takes all scalars up to the closing bracket.
std::size_t TextScan::take_container(std::size_t at) {
  std::size_t depth = 0;
  while (at < text_.size()) {
    const char c = text_[at];
    if (c == '{' || c == '[') {
      ++depth;
      ++at;
    } else if (c == '}' || c == ']') {
      ++at;
      if (--depth == 0) return at;
    } else if (c == '"' || c == '\'') {
      const std::size_t end = string_end(at + 1, c);
      const std::size_t value = value_after_name(std::min(end + 1, text_.size()));
      if (value == kNone) add(at + 1, end);
      at = value == kNone ? std::min(end + 1, text_.size()) : value;
    } else if (is_blank(c) || c == ',' || c == ':') {
      ++at;
    } else {
      at = take_bare(at);
    }
  }
  return at;
}

// Takes a number, true, false, null, or a string without quotes.
std::size_t TextScan::take_bare(std::size_t at) {
  std::size_t end = std::min(text_.find_first_of(",}] \t\r\n&", at), text_.size());
  if (!is_json_scalar(text_.substr(at, end - at))) {
    end = std::min(text_.find_first_of(",}]\"\r\n", at), text_.size());
  }
  if (end == at) return at + 1;
  if (text_.substr(at, end - at) != "null") add_bare(at, end);
  return end;
}

// In a form the value extends to the next `&`; in other texts a blank also ends it.
std::size_t TextScan::take_form_value(std::size_t at) {
  if (at < text_.size() && (text_[at] == '"' || text_[at] == '\'')) return take_value(at);
  if (!is_form_) {
    std::size_t end = 0;
    while (end < text_.size() && is_key_byte(text_[end])) ++end;
    is_form_ = end > 0 && end < text_.size() && text_[end] == '=';
  }
  const std::size_t end =
      std::min(text_.find_first_of(*is_form_ ? "&\r\n" : "& \t\r\n\"'<>", at), text_.size());
  add(at, end);
  return end;
}

// name="password" of a multipart form: the value follows the next empty line.
std::size_t TextScan::take_part(std::size_t at) {
  const bool quoted = at < text_.size() && text_[at] == '"';
  const std::size_t begin = quoted ? at + 1 : at;
  std::size_t end = begin;
  while (end < text_.size() && is_key_byte(text_[end])) ++end;
  if (!names_.matches_part(text_.substr(begin, end - begin))) return at;
  const std::string_view headers = text_.substr(end, kMaxPartHeaders);
  const std::size_t crlf = headers.find("\r\n\r\n");
  const std::size_t lf = headers.find("\n\n");
  if (crlf == kNone && lf == kNone) return at;
  const std::size_t value = end + (crlf < lf ? crlf + 4 : lf + 2);
  std::size_t behind = std::min(text_.find("\n--", value), text_.size());
  if (behind > value && text_[behind - 1] == '\r') --behind;
  add(value, behind);
  return behind;
}

void TextScan::add(std::size_t begin, std::size_t end) {
  if (begin < end) found_.push_back({begin, end, std::string(kRedacted)});
}

void TextScan::add_bare(std::size_t begin, std::size_t end) {
  found_.push_back({begin, end, '"' + std::string(kRedacted) + '"'});
}

void TextScan::look_into_string(std::string_view content, std::size_t begin) {
  if (!may_tell(content)) return;
  const MappedText decoded = json_decoded(content);
  for (const Secret& secret : TextScan(names_, decoded.text, depth_ + 1, budget_).find()) {
    found_.push_back({begin + decoded.at[secret.begin], begin + decoded.at[secret.end],
                      json_escaped(secret.replacement)});
  }
}

void TextScan::look_into_percents() {
  if (text_.find('%') == kNone) return;
  const MappedText decoded = percent_decoded(text_);
  if (decoded.text.size() == text_.size()) return;
  for (const Secret& secret : TextScan(names_, decoded.text, depth_ + 1, budget_).find()) {
    found_.push_back(
        {decoded.at[secret.begin], decoded.at[secret.end], percent_encoded(secret.replacement)});
  }
}

std::size_t TextScan::skip_blanks(std::size_t at) const {
  while (at < text_.size() && is_blank(text_[at])) ++at;
  return at;
}

// The end of a string whose content begins at `at`: its closing quote, or the text's end.
std::size_t TextScan::string_end(std::size_t at, char quote) const {
  while (at < text_.size() && text_[at] != quote) at += text_[at] == '\\' ? 2 : 1;
  return std::min(at, text_.size());
}

std::size_t TextScan::line_end(std::size_t at) const {
  return std::min(text_.find_first_of("\r\n", at), text_.size());
}

std::string_view TextScan::key_before(std::size_t at) const {
  std::size_t begin = at;
  while (begin > 0 && at - begin < kMaxKey && is_key_byte(text_[begin - 1])) --begin;
  return text_.substr(begin, at - begin);
}

std::size_t TextScan::value_after_name(std::size_t at) const {
  at = skip_blanks(at);
  const std::string_view rest = text_.substr(at);
  if (rest.starts_with(':')) return at + 1;
  if (rest.starts_with("=>")) return at + 2;
  return kNone;
}

}  // namespace fortnight::intake
