// Reads the configurations of log shippers as one kind of tree. What isn't of the expected kind
// counts as missing, since these files belong to other programs.
#pragma once

#include <yaml-cpp/yaml.h>

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace fortnight::format {

// A node by itself can't be a Result: it takes any value, errors too.
struct Tree {
  YAML::Node root;
};

// The text as YAML; as TOML if `path` ends in ".toml". ErrorCode::invalid, with the line, if it
// isn't.
Result<Tree> parse_tree(const std::string& text, const std::string& path);

// The value of a key, of which any points may also be steps into maps: "json.message_key".
// Undefined if there is none.
YAML::Node at(const YAML::Node& map, std::string_view key);
// The scalar; empty if there is none.
std::string text_at(const YAML::Node& map, std::string_view key);
// A scalar, or the scalars of a list.
std::vector<std::string> texts(const YAML::Node& node);
inline std::vector<std::string> texts_at(const YAML::Node& map, std::string_view key) {
  return texts(at(map, key));
}
// The elements of a list; of anything else, none.
std::vector<YAML::Node> elements(const YAML::Node& node);
// The keys of a map, in order; of anything else, none.
std::vector<std::string> keys(const YAML::Node& node);

}  // namespace fortnight::format
