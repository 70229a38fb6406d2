#include "intake/cut_line.h"

#include <algorithm>
#include <vector>

#include "base/json_text.h"
#include "intake/line_mender.h"
#include "intake/split_line.h"
#include "storage/call/truncated.h"

namespace fortnight::intake {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }
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
    const bool high_surrogate = escape.size() >= 4 && escape[1] == 'u' &&
                                (escape[2] | 0x20) == 'd' &&
                                (escape[3] == '8' || escape[3] == '9' ||
                                 (escape[3] | 0x20) == 'a' || (escape[3] | 0x20) == 'b');
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
    if (back < whole && ill_formed_length(end) == back) content.remove_suffix(back);
    break;
  }
  return content;
}

// Walks the first part of an object up to the cut.
class CutLine {
 public:
  explicit CutLine(std::string_view front) : front_(front) {}

  std::optional<std::string> close() {
    if (!walk() || open_.empty() || open_.front() != '}') return std::nullopt;
    std::string out(front_.substr(0, whole_));
    if (cut_string_) {
      out.append("{\"").append(storage::kTruncatedMember).append("\":");
      out.push_back('"');
      out.append(without_cut_end(front_.substr(*cut_string_ + 1)));
      out.append("\"}");
    }
    for (std::size_t level = open_.size(); --level > 0;) out.push_back(open_[level]);
    // The member is the first one if nothing follows the root's opening bracket.
    if (whole_ > root_ + 1) out.push_back(',');
    out.append("\"").append(storage::kTruncatedMember).append("\":true}");
    return out;
  }

 private:
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
        if (open_.empty() || open_.back() != c) return false;
        open_.pop_back();
        if (open_.empty()) return false;  // the object is closed: what follows doesn't belong to it
        whole_ = ++at_;
        wants_name = wants_value = false;
      } else if (c == ',') {
        ++at_;
        wants_name = open_.back() == '}';
        wants_value = !wants_name;
      } else if (wants_name) {
        if (c != '"') return false;
        if (!skip_string()) return true;
        skip_blanks();
        if (at_ == front_.size()) return true;
        if (front_[at_++] != ':') return false;
        wants_name = false;
        wants_value = true;
      } else if (!wants_value) {
        return false;
      } else if (c == '{' || c == '[') {
        if (open_.size() + 2 >= kMaxDepth) return true;
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
    open_.push_back(c == '{' ? '}' : ']');
    whole_ = ++at_;
  }
  // Returns whether the scalar is complete.
  bool take_scalar() {
    const std::size_t begin = at_;
    if (peek() == '"') {
      if (!skip_string()) {
        before_value(begin);
        return false;
      }
    } else {
      while (at_ < front_.size() && !ends_primitive(front_[at_])) ++at_;
      if (at_ == front_.size()) return false;
    }
    whole_ = at_;
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
  std::size_t at_ = 0;
  std::size_t root_ = 0;   // start of the object
  std::size_t whole_ = 0;  // the text before this offset is valid once brackets are closed
  std::optional<std::size_t> cut_string_;  // opening quote of a string that was cut
  std::vector<char> open_;                 // closing brackets that are still missing
};

}  // namespace

std::optional<std::string> close_cut_line(std::string_view front) { return CutLine(front).close(); }

}  // namespace fortnight::intake
