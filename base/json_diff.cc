#include "base/json_diff.h"

#include <unordered_map>
#include <utility>

#include "base/json_text.h"
#include "base/json_walk.h"

namespace fortnight {
namespace {

struct Leaf {
  std::string pointer;
  std::string_view value;
};

void append_pointer_step(std::string_view raw_key, std::string& pointer) {
  std::string scratch;
  pointer.push_back('/');
  for (const char c : decode_json_string(raw_key, scratch)) {
    if (c == '~') {
      pointer.append("~0");
    } else if (c == '/') {
      pointer.append("~1");
    } else {
      pointer.push_back(c);
    }
  }
}

// Lists the leaves of a text. It doesn't recurse: lines may be nested deeply.
std::vector<Leaf> leaves_of(std::string_view json) {
  using Token = JsonWalk::Token;
  struct Level {
    bool array;
    std::size_t pointer;  // length of the container's pointer
    std::size_t elements = 0;
  };
  std::vector<Leaf> leaves;
  std::vector<Level> levels;
  std::string pointer;
  JsonWalk walk(json);
  // The step of an array's element; that of an object's member is appended at its key.
  const auto begin_value = [&] {
    if (levels.empty() || !levels.back().array) return;
    pointer.resize(levels.back().pointer);
    pointer.append("/").append(std::to_string(levels.back().elements));
  };
  const auto end_value = [&] {
    if (levels.empty()) return;
    ++levels.back().elements;
    pointer.resize(levels.back().pointer);
  };
  for (Token token = walk.next(); token != Token::end; token = walk.next()) {
    switch (token) {
      case Token::key:
        append_pointer_step(walk.raw(), pointer);
        break;
      case Token::open_object:
      case Token::open_array:
        begin_value();
        levels.push_back({token == Token::open_array, pointer.size()});
        break;
      case Token::close: {
        if (levels.empty()) return leaves;
        const Level level = levels.back();
        levels.pop_back();
        if (level.elements == 0) leaves.push_back({pointer, level.array ? "[]" : "{}"});
        end_value();
        break;
      }
      case Token::string: {
        begin_value();
        const auto begin = static_cast<std::size_t>(walk.raw().data() - json.data()) - 1;
        leaves.push_back({pointer, json.substr(begin, walk.raw().size() + 2)});
        end_value();
        break;
      }
      default:
        begin_value();
        leaves.push_back({pointer, walk.raw()});
        end_value();
        break;
    }
  }
  return leaves;
}

using LeafValues = std::unordered_map<std::string_view, std::string_view>;

LeafValues first_values(const std::vector<Leaf>& leaves) {
  LeafValues values;
  for (const Leaf& leaf : leaves) values.try_emplace(leaf.pointer, leaf.value);
  return values;
}

}  // namespace

std::vector<JsonDifference> json_differences(std::string_view left, std::string_view right) {
  const std::vector<Leaf> of_left = leaves_of(left);
  const std::vector<Leaf> of_right = leaves_of(right);
  LeafValues lefts = first_values(of_left);
  LeafValues rights = first_values(of_right);
  std::vector<JsonDifference> differences;
  for (const Leaf& leaf : of_left) {
    if (lefts.at(leaf.pointer).data() != leaf.value.data()) continue;  // a duplicate
    const auto other = rights.find(leaf.pointer);
    if (other == rights.end()) {
      differences.push_back({leaf.pointer, leaf.value, std::nullopt});
    } else if (other->second != leaf.value) {
      differences.push_back({leaf.pointer, leaf.value, other->second});
    }
  }
  for (const Leaf& leaf : of_right) {
    if (rights.at(leaf.pointer).data() != leaf.value.data() || lefts.contains(leaf.pointer))
      continue;
    differences.push_back({leaf.pointer, std::nullopt, leaf.value});
  }
  return differences;
}

}  // namespace fortnight
