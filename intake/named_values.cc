#include "intake/named_values.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "base/ascii.h"
#include "base/json_text.h"
#include "base/json_walk.h"
#include "storage/call/batch.h"

namespace fortnight::intake {
namespace {

using Token = JsonWalk::Token;

// Whether `text` begins with `word`, ignoring case.
bool begins_with(std::string_view text, std::string_view word) {
  return text.size() >= word.size() && equal_without_case(text.substr(0, word.size()), word);
}

bool mentions(std::string_view text, std::string_view word) {
  for (std::size_t at = 0; at + word.size() <= text.size(); ++at) {
    if (begins_with(text.substr(at), word)) return true;
  }
  return false;
}

template <std::size_t N>
bool is_one_of(std::string_view member, const std::array<std::string_view, N>& names) {
  return std::any_of(names.begin(), names.end(), [&](std::string_view name) {
    return member.size() == name.size() && begins_with(member, name);
  });
}

// A value, as the range of its holes.
struct Value {
  std::uint32_t first = 0;
  std::uint32_t end = 0;
  bool is_string = false;
};

struct Container {
  bool is_array = false;
  std::uint32_t first = 0;            // first hole within it
  std::vector<Value> elements;        // of an array
  std::string member;                 // of an object: name of the next value
  std::optional<std::uint32_t> name;  // hole of the member that has a name
  std::optional<Value> value;         // value of the member that has the named value
};

class Search {
 public:
  explicit Search(std::string_view skeleton) : walk_(skeleton) {}

  NamedValues all() {
    for (Token token = walk_.next(); token != Token::end; token = walk_.next()) {
      switch (token) {
        case Token::open_object:
        case Token::open_array:
          open(token == Token::open_array);
          break;
        case Token::close:
          close();
          break;
        case Token::key:
          if (!open_.empty()) {
            open_.back().member = decode_json_string(walk_.raw(), scratch_);
          }
          break;
        default:
          take({walk_.scalars() - 1, walk_.scalars(), token == Token::string});
      }
    }
    return std::move(found_);
  }

 private:
  void open(bool is_array) {
    Container container;
    container.is_array = is_array;
    container.first = walk_.scalars();
    open_.push_back(std::move(container));
  }

  void close() {
    if (open_.empty()) return;
    const Container closed = std::move(open_.back());
    open_.pop_back();
    if (closed.is_array) {
      add_pairs(closed.elements);
    } else if (closed.name && closed.value) {
      found_.pairs.push_back({*closed.name, closed.value->first, closed.value->end});
    }
    take({closed.first, walk_.scalars(), false});
  }

  // The elements are alternating names and values.
  void add_pairs(const std::vector<Value>& elements) {
    if (elements.size() % 2 != 0) return;
    for (std::size_t i = 0; i < elements.size(); i += 2) {
      if (!elements[i].is_string) return;
    }
    for (std::size_t i = 0; i < elements.size(); i += 2) {
      found_.pairs.push_back({elements[i].first, elements[i + 1].first, elements[i + 1].end});
    }
  }

  // Adds a value to the innermost container.
  void take(const Value& value) {
    if (open_.empty()) return;
    Container& container = open_.back();
    if (container.is_array) {
      container.elements.push_back(value);
      if (value.is_string) found_.headers.push_back(value.first);
      return;
    }
    if (value.is_string && tells_a_name(container.member)) container.name = value.first;
    if (has_the_value(container.member)) container.value = value;
    if (value.is_string && mentions(container.member, "header")) {
      found_.headers.push_back(value.first);
    }
  }

  JsonWalk walk_;
  std::vector<Container> open_;
  NamedValues found_;
  std::string scratch_;
};

}  // namespace

bool tells_a_name(std::string_view member) {
  constexpr std::array<std::string_view, 6> kNames = {"name", "key", "header", "field", "k", "n"};
  return is_one_of(member, kNames);
}

bool has_the_value(std::string_view member) {
  constexpr std::array<std::string_view, 6> kValues = {"value", "values", "val",
                                                       "v",     "data",   "content"};
  return is_one_of(member, kValues);
}

NamedValues find_named_values(std::string_view skeleton) { return Search(skeleton).all(); }

}  // namespace fortnight::intake
