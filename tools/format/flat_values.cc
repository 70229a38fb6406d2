#include "tools/format/flat_values.h"

#include <set>

#include "base/json_text.h"
#include "base/json_walk.h"

namespace fortnight::format {
namespace {

// More values of one line would be no log of calls, and cost time for nothing.
constexpr std::size_t kMaxValues = 2000;

class FlatWalk {
 public:
  explicit FlatWalk(std::string_view line) : walk_(line) {}

  std::vector<FlatValue> run() {
    using Token = JsonWalk::Token;
    for (Token token = walk_.next(); token != Token::end; token = walk_.next()) {
      switch (token) {
        case Token::open_object:
          open(false);
          break;
        case Token::open_array:
          open(true);
          break;
        case Token::close:
          levels_.pop_back();
          count_element();
          break;
        case Token::key:
          levels_.back().step = decode_json_string(walk_.raw(), scratch_);
          break;
        default:
          add(token == Token::string);
          count_element();
      }
    }
    return std::move(values_);
  }

 private:
  struct Level {
    bool is_array = false;
    bool listed = true;  // false: not the first element of an array
    std::string pointer;
    std::string step;  // in an object: the name of the member
    std::size_t element = 0;
  };

  [[nodiscard]] bool listed() const {
    return levels_.empty() || (levels_.back().listed && levels_.back().element == 0);
  }

  // The pointer to the value that comes next. `is_scalar`: the first element of an array is named
  // by its array.
  [[nodiscard]] std::string pointer(bool is_scalar) const {
    if (levels_.empty()) return {};
    std::string pointer = levels_.back().pointer;
    if (!levels_.back().is_array) {
      append_step(levels_.back().step, pointer);
    } else if (!is_scalar) {
      append_step("0", pointer);
    }
    return pointer;
  }

  void open(bool is_array) {
    Level level;
    level.is_array = is_array;
    level.listed = listed();
    level.pointer = pointer(false);
    levels_.push_back(std::move(level));
  }

  void count_element() {
    if (!levels_.empty() && levels_.back().is_array) ++levels_.back().element;
  }

  void add(bool is_string) {
    if (!listed() || values_.size() >= kMaxValues) return;
    FlatValue value{pointer(true), std::string(walk_.raw()), is_string};
    if (!met_.insert(value.pointer).second) return;
    if (is_string) value.text = std::string(decode_json_string(walk_.raw(), scratch_));
    values_.push_back(std::move(value));
  }

  JsonWalk walk_;
  std::vector<Level> levels_;
  std::vector<FlatValue> values_;
  std::set<std::string> met_;
  std::string scratch_;
};

}  // namespace

std::optional<std::vector<FlatValue>> Flattener::flatten(std::string_view line) {
  if (!is_object(line)) return std::nullopt;
  return FlatWalk(line).run();
}

bool Flattener::is_object(std::string_view line) {
  const std::span<const std::uint32_t> structurals = structurals_.find(line);
  if (structurals.empty() || line[structurals.front()] != '{') return false;
  const std::span<const std::uint32_t> marks = marks_.find(line);
  if (intake::check_escapes(line, marks) == intake::Escapes::invalid) return false;
  return splitter_.split(line, structurals);
}

void append_step(std::string_view step, std::string& pointer) {
  pointer += '/';
  for (const char c : step) {
    if (c == '~') {
      pointer += "~0";
    } else if (c == '/') {
      pointer += "~1";
    } else {
      pointer += c;
    }
  }
}

std::string last_step(std::string_view pointer) {
  const auto parsed = JsonPointer::parse(pointer);
  return !parsed || parsed->steps().empty() ? std::string() : parsed->steps().back();
}

}  // namespace fortnight::format
