#include "tools/format/shipper_nodes.h"

#define TOML_EXCEPTIONS 0
#include <fmt/format.h>
#include <toml++/toml.h>

namespace fortnight::format {
namespace {

YAML::Node tree_of(const toml::node& node) {
  YAML::Node tree;
  if (const auto* const table = node.as_table()) {
    tree = YAML::Node(YAML::NodeType::Map);
    for (const auto& [key, value] : *table) tree[std::string(key.str())] = tree_of(value);
  } else if (const auto* const array = node.as_array()) {
    tree = YAML::Node(YAML::NodeType::Sequence);
    for (const toml::node& element : *array) tree.push_back(tree_of(element));
  } else if (const auto text = node.value<std::string>()) {
    tree = *text;
  } else if (const auto flag = node.value_exact<bool>()) {
    tree = *flag ? "true" : "false";
  } else if (const auto number = node.value<double>()) {
    tree = *number;
  }
  return tree;
}

Result<Tree> parse_toml(const std::string& text, const std::string& path) {
  const toml::parse_result parsed = toml::parse(text);
  if (parsed) return Tree{tree_of(parsed.table())};
  return Error{ErrorCode::invalid,
               fmt::format("{}:{}: {}", path, parsed.error().source().begin.line,
                           parsed.error().description())};
}

}  // namespace

Result<Tree> parse_tree(const std::string& text, const std::string& path) {
  if (path.ends_with(".toml")) return parse_toml(text, path);
  try {
    return Tree{YAML::Load(text)};
  } catch (const YAML::Exception& failed) {
    return Error{ErrorCode::invalid,
                 fmt::format("{}:{}: {}", path, failed.mark.line + 1, failed.msg)};
  }
}

YAML::Node at(const YAML::Node& map, std::string_view key) {
  const YAML::Node none(YAML::NodeType::Undefined);
  if (!map.IsDefined() || !map.IsMap()) return none;
  if (const YAML::Node whole = map[std::string(key)]; whole.IsDefined()) return whole;
  for (std::size_t point = key.find('.'); point != std::string_view::npos;
       point = key.find('.', point + 1)) {
    const YAML::Node inner = map[std::string(key.substr(0, point))];
    if (!inner.IsDefined()) continue;
    if (const YAML::Node found = at(inner, key.substr(point + 1)); found.IsDefined()) return found;
  }
  return none;
}

std::string text_at(const YAML::Node& map, std::string_view key) {
  const YAML::Node node = at(map, key);
  return node.IsDefined() && node.IsScalar() ? node.Scalar() : std::string();
}

std::vector<std::string> texts(const YAML::Node& node) {
  std::vector<std::string> out;
  if (!node.IsDefined()) return out;
  if (node.IsScalar()) out.push_back(node.Scalar());
  for (const YAML::Node& element : elements(node)) {
    if (element.IsScalar()) out.push_back(element.Scalar());
  }
  return out;
}

std::vector<YAML::Node> elements(const YAML::Node& node) {
  if (!node.IsDefined() || !node.IsSequence()) return {};
  return {node.begin(), node.end()};
}

std::vector<std::string> keys(const YAML::Node& node) {
  std::vector<std::string> out;
  if (!node.IsDefined() || !node.IsMap()) return out;
  for (const auto& pair : node) {
    if (pair.first.IsScalar()) out.push_back(pair.first.Scalar());
  }
  return out;
}

}  // namespace fortnight::format
