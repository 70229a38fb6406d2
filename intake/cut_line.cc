#include "intake/cut_line.h"

#include <algorithm>
#include <vector>

#include "base/ascii.h"
#include "base/json_text.h"
#include "base/utf8.h"
#include "intake/named_values.h"
#include "intake/split_line.h"
#include "storage/call/truncated.h"

namespace fortnight::intake {
namespace {

bool ends_primitive(char c) { return is_blank(c) || c == ',' || c == '}' || c == ']'; }

// Removes an incomplete escape or character from the end of a string's content.
std::string_view without_cut_end(std::string_view content) {
  // An escape: up to a pair of surrogates, \ud83d\ude00.
  std::size_t at = 0;
  for (;;) {
    at = content.find('\\', at);
    if (at == std::string_view::npos) break;
    const std::string_view escape = content.substr(at);
    std::size_t length = 2;
    if (escape.size() >= 2 && escape[1] == 'u') length = 6;
    if (escape.size() >= 2 && escape[1] == 'x') length = 4;
    const bool high_surrogate = escape.size() >= 4 && escape[1] == 'u' && lower(escape[2]) == 'd' &&
                                is_hex(escape[3]) && hex_value(escape[3]) >= 8 &&
                                hex_value(escape[3]) < 0xc;
    if (high_surrogate && escape.size() < 12) length = 12;
    if (escape.size() < length) return content.substr(0, at);
    at += high_surrogate ? 6 : length;
  }
  // The first byte of an incomplete character is one of the last three bytes.
  for (std::size_t back = 1; back <= std::min<std::size_t>(3, content.size()); ++back) {
    const std::string_view end = content.substr(content.size() - back);
    const auto byte = static_cast<unsigned char>(end.front());
    if (byte < 0x80) break;
    if (byte < 0xc0) continue;
    const std::size_t whole = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    if (back < whole && ill_formed_utf8(end) == back) content.remove_suffix(back);
    break;
  }
  return content;
}

// Walks the first part of an object up to the cut.
class CutLine {
 public:
  CutLine(std::string_view front, const RedactNames& names) : front_(front), names_(names) {}

  std::optional<std::string> close() {
    if (!walk() || open_.empty() || open_.front().closing != '}') return std::nullopt;
    std::string out;
    std::size_t levels = open_.size();  // levels that remain open
    if (const std::optional<Secret> secret = append_redacted(out)) {
      levels = secret->level + 1;
    } else if (cut_string_) {
      out.append("{\"").append(storage::kTruncatedMember).append("\":");
      out.push_back('"');
      out.append(without_cut_end(front_.substr(*cut_string_ + 1)));
      out.append("\"}");
    }
    while (--levels > 0) out.push_back(open_[levels].closing);
    // The member is the first one if nothing follows the root's opening bracket.
    if (out.size() > root_ + 1) out.push_back(',');
    out.append("\"").append(storage::kTruncatedMember).append("\":true}");
    return out;
  }

 private:
  static constexpr std::size_t kOpen = std::string_view::npos;
  struct Range {
    std::size_t begin = 0;
    std::size_t end = kOpen;  // kOpen: it was cut
  };
  struct Container {
    char closing;
    // Of an object.
    std::string member;          // name of the next value
    bool named = false;          // a complete string names the value
    std::optional<Range> value;  // value of the member that has the named value
    // Of an array.
    bool pairs = true;          // every other element so far, from the first on, is a string
    std::size_t elements = 0;   // elements that have begun
    bool secret_next = false;   // the last one is a secret name
    std::vector<Range> values;  // values of secret names
  };
  struct Secret {
    Range range;
    std::size_t level = 0;  // of its container
  };

  // Values in the cut containers whose secret name may follow the cut, in order.
  [[nodiscard]] std::vector<Secret> unnamed_values() const {
    std::vector<Secret> secrets;
    if (names_.empty()) return secrets;
    // The root is the call: its members are fields, whatever their names.
    for (std::size_t level = 1; level < open_.size(); ++level) {
      const Container& container = open_[level];
      if (container.value && !container.named) secrets.push_back({*container.value, level});
      if (!container.pairs) continue;
      for (const Range& value : container.values) secrets.push_back({value, level});
    }
    std::sort(secrets.begin(), secrets.end(),
              [](const Secret& a, const Secret& b) { return a.range.begin < b.range.begin; });
    return secrets;
  }

  // Appends the complete part, with secrets replaced. Returns the secret that was cut, if any:
  // nothing after it is kept.
  std::optional<Secret> append_redacted(std::string& out) const {
    std::size_t copied = 0;
    for (const Secret& secret : unnamed_values()) {
      if (secret.range.begin < copied) continue;  // within the previous one
      out.append(front_.substr(copied, secret.range.begin - copied));
      out.append("\"").append(kRedacted).append("\"");
      if (secret.range.end == kOpen) return secret;
      copied = secret.range.end;
    }
    if (copied < whole_) out.append(front_.substr(copied, whole_ - copied));
    return std::nullopt;
  }

  void begin_value(std::size_t at, bool is_string) {
    Container& in = open_.back();
    if (in.closing == '}') {
      if (has_the_value(in.member)) in.value = Range{at};
      return;
    }
    const bool is_name = in.elements++ % 2 == 0;
    if (is_name) {
      in.pairs = in.pairs && is_string;
    } else if (in.secret_next) {
      in.values.push_back({at});
    }
    in.secret_next = false;
  }
  void end_value(std::size_t begin, std::size_t end, bool is_string) {
    Container& in = open_.back();
    std::string_view text = front_.substr(begin, end - begin);
    if (is_string) text = text.substr(1, text.size() - 2);
    if (in.closing == '}') {
      in.named = in.named || (is_string && tells_a_name(in.member));
      if (in.value && in.value->end == kOpen) in.value->end = end;
      if (in.value && in.value->begin == begin && text == "null") in.value.reset();
    } else if (in.elements % 2 == 1) {
      in.secret_next = is_string && names_.matches_part(decode_json_string(text, scratch_));
    } else if (!in.values.empty() && in.values.back().end == kOpen) {
      in.values.back().end = end;
    }
  }

  // Returns false if the text can't be JSON.
  bool walk() {
    skip_blanks();
    if (peek() != '{') return false;
    root_ = at_;
    open('{');
    bool wants_name = true;    // the next token is a member's name, in an object
    bool wants_value = false;  // after a colon, or in an array
    while (skip_blanks(), at_ < front_.size()) {
      const char c = peek();
      if (c == '}' || c == ']') {
        if (open_.empty() || open_.back().closing != c) return false;
        open_.pop_back();
        if (open_.empty()) return false;  // the object is closed: what follows doesn't belong to it
        whole_ = ++at_;
        end_value(whole_ - 1, whole_, false);
        wants_name = wants_value = false;
      } else if (c == ',') {
        ++at_;
        wants_name = open_.back().closing == '}';
        wants_value = !wants_name;
      } else if (wants_name) {
        if (c != '"') return false;
        const std::size_t begin = at_ + 1;
        if (!skip_string()) return true;
        open_.back().member = decode_json_string(front_.substr(begin, at_ - 1 - begin), scratch_);
        skip_blanks();
        if (at_ == front_.size()) return true;
        if (front_[at_++] != ':') return false;
        wants_name = false;
        wants_value = true;
      } else if (!wants_value) {
        return false;
      } else if (c == '{' || c == '[') {
        if (open_.size() + 2 >= kMaxDepth) return true;
        if (!open_.empty()) begin_value(at_, false);
        open(c);
        wants_name = c == '{';
        wants_value = c == '[';
      } else {
        if (!take_scalar()) return true;
        wants_value = false;
      }
    }
    return true;
  }

  void open(char c) {
    open_.emplace_back().closing = c == '{' ? '}' : ']';
    whole_ = ++at_;
  }
  // Returns whether the scalar is complete.
  bool take_scalar() {
    const std::size_t begin = at_;
    const bool is_string = peek() == '"';
    begin_value(begin, is_string);
    if (is_string) {
      if (!skip_string()) {
        before_value(begin);
        return false;
      }
    } else {
      while (at_ < front_.size() && !ends_primitive(front_[at_])) ++at_;
      if (at_ == front_.size()) return false;
    }
    whole_ = at_;
    end_value(begin, at_, is_string);
    return true;
  }
  void before_value(std::size_t begin) {
    whole_ = begin;
    cut_string_ = begin;
  }
  bool skip_string() {
    for (++at_; at_ < front_.size(); ++at_) {
      if (front_[at_] == '"') {
        ++at_;
        return true;
      }
      if (front_[at_] == '\\') ++at_;
    }
    at_ = front_.size();
    return false;
  }
  void skip_blanks() {
    while (at_ < front_.size() && is_blank(front_[at_])) ++at_;
  }
  [[nodiscard]] char peek() const { return at_ < front_.size() ? front_[at_] : '\0'; }

  std::string_view front_;
  const RedactNames& names_;
  std::string scratch_;
  std::size_t at_ = 0;
  std::size_t root_ = 0;   // start of the object
  std::size_t whole_ = 0;  // the text before this offset is valid once brackets are closed
  std::optional<std::size_t> cut_string_;  // opening quote of a string that was cut
  std::vector<Container> open_;            // containers that are not closed
};

}  // namespace

std::optional<std::string> close_cut_line(std::string_view front, const RedactNames& names) {
  return CutLine(front, names).close();
}

}  // namespace fortnight::intake
