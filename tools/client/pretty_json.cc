#include "tools/client/pretty_json.h"

#include "base/visible_text.h"

namespace fortnight::client {
namespace {

// The end of the token that begins at `at`.
std::size_t token_end(std::string_view json, std::size_t at) {
  if (json[at] != '"') {
    return std::min(json.find_first_of(" \t\r\n{}[]:,\"", at), json.size());
  }
  for (++at; at < json.size() && json[at] != '"'; ++at) {
    if (json[at] == '\\') ++at;
  }
  return std::min(at + 1, json.size());
}

class Printer {
 public:
  Printer(std::string_view json, const Terminal& terminal) : json_(json), terminal_(terminal) {}

  std::string print() {
    for (skip_space(0); at_ < json_.size(); skip_space(0)) token();
    return std::move(out_);
  }

 private:
  void skip_space(std::size_t taken) {
    at_ = std::min(json_.find_first_not_of(" \t\r\n", at_ + taken), json_.size());
  }
  void new_line() { out_.append("\n").append(2 * depth_, ' '); }

  void token() {
    const char c = json_[at_];
    switch (c) {
      case '{':
      case '[':
        return open(c);
      case '}':
      case ']':
        if (depth_ > 0) --depth_;
        new_line();
        out_ += c;
        return skip_space(1);
      case ',':
        out_ += c;
        new_line();
        return skip_space(1);
      case ':':
        out_ += ": ";
        return skip_space(1);
      default:
        return scalar();
    }
  }

  void open(char c) {
    out_ += c;
    skip_space(1);
    if (at_ < json_.size() && json_[at_] == c + 2) {  // "{}" and "[]" stay together
      out_ += json_[at_];
      return skip_space(1);
    }
    ++depth_;
    new_line();
  }

  void scalar() {
    const std::size_t end = token_end(json_, at_);
    const std::string_view token = json_.substr(at_, end - at_);
    at_ = end;
    skip_space(0);
    const bool key = at_ < json_.size() && json_[at_] == ':';
    const bool text = token.starts_with('"');
    out_ += terminal_.styled(visible_json(token), key    ? Style::key
                                                  : text ? Style::text
                                                         : Style::plain);
  }

  std::string_view json_;
  const Terminal& terminal_;
  std::string out_;
  std::size_t at_ = 0;
  std::size_t depth_ = 0;
};

}  // namespace

std::string pretty_json(std::string_view json, const Terminal& terminal) {
  return Printer(json, terminal).print();
}

}  // namespace fortnight::client
