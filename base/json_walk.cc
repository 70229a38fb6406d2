#include "base/json_walk.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/ascii.h"
#include "base/json_text.h"

namespace fortnight {

namespace {

using Token = JsonWalk::Token;

// A set of bytes as a table. The standard library's searches compare each byte with every member of
// the set.
using Bytes = std::array<bool, 256>;

constexpr Bytes one_of(std::string_view bytes) {
  Bytes set{};
  for (const char c : bytes) set[static_cast<unsigned char>(c)] = true;
  return set;
}

constexpr Bytes kSpace = one_of(" \t\r\n");
constexpr Bytes kBetween = one_of(" \t\r\n,:");
constexpr Bytes kAfterPrimitive = one_of(" \t\r\n,:{}[]\"");

// The position of the first byte, from `at` on, that is in `set` (or isn't, if `in` is false); the
// size of `text` if there is none.
std::size_t find(std::string_view text, std::size_t at, const Bytes& set, bool in) {
  while (at < text.size() && set[static_cast<unsigned char>(text[at])] != in) ++at;
  return at;
}

// The array index that a pointer's step denotes: digits without a leading zero.
std::optional<std::uint64_t> array_index(std::string_view step) {
  if (step.empty() || (step.size() > 1 && step[0] == '0')) return std::nullopt;
  std::uint64_t index = 0;
  const char* end = step.data() + step.size();
  const auto [stop, error] = std::from_chars(step.data(), end, index);
  if (error != std::errc() || stop != end) return std::nullopt;
  return index;
}

// Moves from the start of an object to the value of its first key `name`. Returns the value's first
// token, or `close` if the object has no such key.
Token enter_member(JsonWalk& walk, std::string_view name, std::string& scratch) {
  for (;;) {
    if (walk.next() != Token::key) return Token::close;
    const bool found = decode_json_string(walk.raw(), scratch) == name;
    const Token value = walk.next();
    if (found) return value;
    walk.skip(value);
  }
}

Token enter_element(JsonWalk& walk, std::string_view step) {
  const std::optional<std::uint64_t> index = array_index(step);
  if (!index) return Token::close;
  for (std::uint64_t i = 0;; ++i) {
    const Token value = walk.next();
    if (value == Token::end || value == Token::close || i == *index) return value;
    walk.skip(value);
  }
}

}  // namespace

Token JsonWalk::next() {
  position_ = find(text_, position_, kBetween, false);
  if (position_ == text_.size()) return Token::end;
  switch (text_[position_]) {
    case '{':
      ++position_;
      return Token::open_object;
    case '[':
      ++position_;
      return Token::open_array;
    case '}':
    case ']':
      ++position_;
      return Token::close;
    case '"':
      return quoted();
    default:
      break;
  }
  const std::size_t end = find(text_, position_, kAfterPrimitive, true);
  raw_ = text_.substr(position_, end - position_);
  position_ = end;
  ++scalars_;
  return Token::primitive;
}

// A string is a key if a colon follows it.
Token JsonWalk::quoted() {
  const std::size_t begin = position_ + 1;
  std::size_t end = begin;
  while (end < text_.size() && text_[end] != '"') end += text_[end] == '\\' ? 2 : 1;
  end = std::min(end, text_.size());
  raw_ = text_.substr(begin, end - begin);
  position_ = std::min(end + 1, text_.size());
  const std::size_t after = find(text_, position_, kSpace, false);
  if (after < text_.size() && text_[after] == ':') return Token::key;
  ++scalars_;
  return Token::string;
}

void JsonWalk::skip(Token token) {
  if (token != Token::open_object && token != Token::open_array) return;
  for (std::size_t depth = 1; depth != 0;) {
    switch (next()) {
      case Token::open_object:
      case Token::open_array:
        ++depth;
        break;
      case Token::close:
        --depth;
        break;
      case Token::end:
        return;
      default:
        break;
    }
  }
}

std::optional<JsonPointer> JsonPointer::parse(std::string_view text) {
  JsonPointer pointer;
  while (!text.empty()) {
    if (text.front() != '/') return std::nullopt;
    text.remove_prefix(1);
    const std::string_view step = text.substr(0, text.find('/'));
    text.remove_prefix(step.size());
    std::string decoded;
    for (std::size_t i = 0; i < step.size(); ++i) {
      if (step[i] != '~') {
        decoded.push_back(step[i]);
        continue;
      }
      if (++i == step.size() || (step[i] != '0' && step[i] != '1')) return std::nullopt;
      decoded.push_back(step[i] == '0' ? '~' : '/');
    }
    pointer.steps_.push_back(std::move(decoded));
  }
  return pointer;
}

std::size_t JsonPointer::first_header() const {
  constexpr std::string_view ending = "headers";
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    const std::string_view step = steps_[i];
    const bool headers = step.size() >= ending.size() &&
                         equal_without_case(step.substr(step.size() - ending.size()), ending);
    if (headers) return i + 1;
  }
  return steps_.size();
}

namespace {

// Follows a pointer through one text. Open containers are kept in a list, not on the stack, because
// texts may be nested as deep as they are long.
class ScalarSearch {
 public:
  ScalarSearch(std::string_view json, const JsonPointer& pointer)
      : walk_(json), steps_(pointer.steps()), first_header_(pointer.first_header()) {}

  FoundScalars run() {
    take(walk_.next(), 0);
    while (!open_.empty() && !ended_) advance();
    return std::move(found_);
  }

 private:
  enum class Kind : std::uint8_t { member, element, each };
  struct Open {
    Kind kind;
    std::size_t step;          // of its member or element, or of all its elements
    std::uint64_t index = 0;   // of the next element
    std::uint64_t wanted = 0;  // element: the index that the pointer names
    bool done = false;         // the member or element that the pointer names was passed
  };

  // Handles the value that begins with `token`, after `step` steps of the pointer.
  void take(Token token, std::size_t step) {
    const bool at_end = step == steps_.size();
    switch (token) {
      case Token::string:
      case Token::primitive:
        if (at_end) {
          found_.scalars.push_back({walk_.raw(), walk_.scalars() - 1, token == Token::string});
        }
        break;
      case Token::open_object:
        if (at_end) {
          walk_.skip(token);
        } else {
          open_.push_back({Kind::member, step});
        }
        break;
      case Token::open_array: {
        const auto index = at_end ? std::nullopt : array_index(steps_[step]);
        if (!index) found_.in_array = true;
        each_ += index ? 0 : 1;
        open_.push_back({index ? Kind::element : Kind::each, step, 0, index.value_or(0)});
        break;
      }
      default:
        ended_ = true;  // not JSON
    }
  }

  // Reads the next key or element of the innermost open container, or its end.
  void advance() {
    Open& open = open_.back();
    // A container has only one such member or element, so nothing else can match.
    if (open.done && each_ == 0) {
      ended_ = true;
      return;
    }
    Token token = walk_.next();
    if (token == Token::end) {
      ended_ = true;
    } else if (token == Token::close) {
      each_ -= open.kind == Kind::each ? 1 : 0;
      open_.pop_back();
    } else if (open.kind == Kind::each) {
      take(token, open.step);
    } else if (open.kind == Kind::element) {
      const bool wanted = open.index++ == open.wanted;
      open.done = open.done || wanted;
      wanted ? take(token, open.step + 1) : walk_.skip(token);
    } else {
      const bool wanted = token == Token::key && !open.done && is_wanted(open.step);
      if (token == Token::key) token = walk_.next();
      open.done = open.done || wanted;
      wanted ? take(token, open.step + 1) : walk_.skip(token);
    }
  }

  bool is_wanted(std::size_t step) {
    const std::string_view key = decode_json_string(walk_.raw(), scratch_);
    if (step >= first_header_) return equal_without_case(key, steps_[step]);
    return key == steps_[step];
  }

  JsonWalk walk_;
  const std::vector<std::string>& steps_;
  const std::size_t first_header_;
  std::vector<Open> open_;
  std::size_t each_ = 0;  // open arrays that are searched element by element
  bool ended_ = false;
  std::string scratch_;
  FoundScalars found_;
};

}  // namespace

FoundScalars find_scalars(std::string_view json, const JsonPointer& pointer) {
  return ScalarSearch(json, pointer).run();
}

std::optional<JsonScalar> find_scalar(std::string_view json, const JsonPointer& pointer) {
  JsonWalk walk(json);
  std::string scratch;
  Token token = walk.next();
  for (const std::string& step : pointer.steps()) {
    switch (token) {
      case Token::open_object:
        token = enter_member(walk, step, scratch);
        break;
      case Token::open_array:
        token = enter_element(walk, step);
        break;
      default:
        return std::nullopt;
    }
  }
  if (token != Token::string && token != Token::primitive) return std::nullopt;
  return JsonScalar{walk.raw(), walk.scalars() - 1, token == Token::string};
}

std::string_view scalar_text(std::string_view raw, bool is_string, std::string& scratch) {
  if (is_string) return decode_json_string(raw, scratch);
  // What replaces a redacted number in a stored line is a string with its quotes.
  if (raw.starts_with('"')) return decode_json_string(raw.substr(1, raw.size() - 2), scratch);
  return raw == "null" ? std::string_view() : raw;
}

}  // namespace fortnight
