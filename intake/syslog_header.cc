#include "intake/syslog_header.h"

#include <algorithm>
#include <array>

#include "base/ascii.h"

namespace fortnight::intake {
namespace {

constexpr std::uint32_t kMaxPriority = 191;  // facility 23, severity 7
constexpr std::string_view kNilValue = "-";
constexpr std::string_view kUtf8Mark = "\xef\xbb\xbf";
constexpr std::string_view kCeeCookie = "@cee:";

// The text that is left, from its front.
class HeaderText {
 public:
  explicit HeaderText(std::string_view text) : text_(text), left_(text) {}

  [[nodiscard]] std::string_view left() const { return left_; }
  [[nodiscard]] std::size_t position() const { return text_.size() - left_.size(); }
  void skip(std::size_t count) { left_.remove_prefix(count); }
  void skip_blanks() { skip(std::min(left_.find_first_not_of(' '), left_.size())); }
  bool skip_text(std::string_view wanted) {
    if (!left_.starts_with(wanted)) return false;
    skip(wanted.size());
    return true;
  }
  // The text up to the next blank, which stays.
  [[nodiscard]] std::string_view word() const { return left_.substr(0, left_.find(' ')); }

 private:
  std::string_view text_;
  std::string_view left_;
};

std::optional<std::uint32_t> read_priority(HeaderText& text) {
  if (!text.skip_text("<")) return std::nullopt;
  const std::string_view left = text.left();
  const std::size_t end = left.find('>');
  if (end == 0 || end > 3) return std::nullopt;
  std::uint32_t priority = 0;
  for (const char c : left.substr(0, end)) {
    if (!is_digit(c)) return std::nullopt;
    priority = priority * 10 + static_cast<std::uint32_t>(c - '0');
  }
  if (priority > kMaxPriority) return std::nullopt;
  text.skip(end + 1);
  return priority;
}

// "[id name=\"value\" …][…]", or "-". Returns false if it doesn't end.
bool read_structured_data(HeaderText& text, std::string_view& data) {
  const std::string_view left = text.left();
  if (text.skip_text(kNilValue)) return true;
  std::size_t at = 0;
  while (at < left.size() && left[at] == '[') {
    bool quoted = false;
    for (++at; at < left.size() && (quoted || left[at] != ']'); ++at) {
      if (quoted && left[at] == '\\') {
        ++at;
      } else if (left[at] == '"') {
        quoted = !quoted;
      }
    }
    if (at >= left.size()) return false;
    ++at;
  }
  if (at == 0) return false;
  data = left.substr(0, at);
  text.skip(at);
  return true;
}

bool read_field(HeaderText& text, std::string_view& field) {
  const std::string_view word = text.word();
  if (word.empty()) return false;
  if (word != kNilValue) field = word;
  text.skip(word.size());
  return text.skip_text(" ");
}

bool read_rfc5424(HeaderText& text, SyslogHeader& header) {
  header.structured = true;
  if (!read_field(text, header.time) || !read_field(text, header.host) ||
      !read_field(text, header.app) || !read_field(text, header.process) ||
      !read_field(text, header.message_id)) {
    return false;
  }
  return read_structured_data(text, header.structured_data);
}

// "Nov 20 12:00:00", "Nov  1 12:00:00.123"; nothing if it isn't one.
std::size_t length_of_bsd_time(std::string_view text) {
  constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
  constexpr std::string_view kForm = "Mmm dd hh:mm:ss";
  if (text.size() < kForm.size()) return 0;
  const std::size_t month = kMonths.find(text.substr(0, 3));
  if (month == std::string_view::npos || month % 3 != 0) return 0;
  for (std::size_t i = 3; i < kForm.size(); ++i) {
    const bool digit = is_alphanumeric(kForm[i]);
    const bool padded = i == 4 && text[i] == ' ';
    if (digit ? !is_digit(text[i]) && !padded : text[i] != kForm[i]) return 0;
  }
  std::size_t length = kForm.size();
  if (length < text.size() && text[length] == '.') {
    do ++length;
    while (length < text.size() && is_digit(text[length]));
  }
  return length;
}

bool is_iso_time(std::string_view word) {
  return word.size() >= 19 && is_digit(word[0]) && is_digit(word[3]) && word[4] == '-' &&
         word[7] == '-' && (word[10] == 'T' || word[10] == 't') && word[13] == ':';
}

bool begins_message(std::string_view word) {
  return word.empty() || word.front() == '{' || word.front() == '[' || word.front() == '"';
}

// "nginx:", "haproxy[71]:"; the end of the tag in the word, behind the colon. 0 if it is none.
std::size_t read_tag(std::string_view word, SyslogHeader& header) {
  const std::size_t end = word.find_first_of(":[{\"");
  if (end == 0 || end == std::string_view::npos) return 0;
  if (word[end] == ':') {
    // Within an IPv6 address there are other characters behind it.
    const bool tag = end + 1 == word.size() || begins_message(word.substr(end + 1));
    if (!tag) return 0;
    header.app = word.substr(0, end);
    return end + 1;
  }
  if (word[end] != '[') return 0;
  const std::size_t close = word.find(']', end);
  if (close == std::string_view::npos) return 0;
  header.app = word.substr(0, end);
  header.process = word.substr(end + 1, close - end - 1);
  return close + 1 + (close + 1 < word.size() && word[close + 1] == ':' ? 1 : 0);
}

// A tag that a sender wrote without its colon: the message of JSON comes behind it.
std::size_t read_bare_tag(std::string_view text, SyslogHeader& header) {
  const std::size_t end = text.find(' ');
  if (end == std::string_view::npos) return 0;
  const std::size_t message = text.find_first_not_of(' ', end);
  if (message == std::string_view::npos || text[message] != '{') return 0;
  header.app = text.substr(0, end);
  return message;
}

void read_rfc3164(HeaderText& text, SyslogHeader& header) {
  text.skip_blanks();
  std::size_t time = length_of_bsd_time(text.left());
  if (time == 0 && is_iso_time(text.word())) time = text.word().size();
  header.time = text.left().substr(0, time);
  text.skip(time);
  text.skip_blanks();
  if (begins_message(text.word())) return;
  if (const std::size_t tag = read_tag(text.word(), header)) return text.skip(tag);
  // Without a time there is no host.
  if (time == 0) return text.skip(read_bare_tag(text.left(), header));
  header.host = text.word();
  text.skip(header.host.size());
  text.skip_blanks();
  if (begins_message(text.word())) return;
  const std::size_t tag = read_tag(text.word(), header);
  text.skip(tag != 0 ? tag : read_bare_tag(text.left(), header));
}

}  // namespace

std::optional<SyslogHeader> parse_syslog_header(std::string_view line) {
  HeaderText text(line);
  const auto priority = read_priority(text);
  if (!priority) return std::nullopt;
  SyslogHeader header;
  header.priority = *priority;
  if (text.skip_text("1 ")) {
    if (!read_rfc5424(text, header)) return std::nullopt;
  } else {
    read_rfc3164(text, header);
  }
  text.skip_blanks();
  text.skip_text(kUtf8Mark);
  if (text.skip_text(kCeeCookie)) text.skip_blanks();
  header.message = text.position();
  return header;
}

}  // namespace fortnight::intake
