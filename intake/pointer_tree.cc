#include "intake/pointer_tree.h"

#include <algorithm>

namespace fortnight::intake {
namespace {

std::string unescape(std::string_view token) {
  std::string out;
  for (std::size_t i = 0; i < token.size(); ++i) {
    if (token[i] == '~' && i + 1 < token.size()) {
      out.push_back(token[++i] == '0' ? '~' : '/');
    } else {
      out.push_back(token[i]);
    }
  }
  return out;
}

}  // namespace

void PointerTree::add(std::string_view pointer, Target target) {
  NodeIndex node = kRoot;
  while (!pointer.empty()) {
    pointer.remove_prefix(1);
    const std::size_t length = std::min(pointer.find('/'), pointer.size());
    const std::string token = unescape(pointer.substr(0, length));
    pointer.remove_prefix(length);
    NodeIndex next = child(node, token);
    if (next == kNone) {
      next = static_cast<NodeIndex>(nodes_.size());
      nodes_[node].children.emplace_back(token, next);
      nodes_.emplace_back();
    }
    node = next;
  }
  nodes_[node].targets.push_back(target);
}

PointerTree::NodeIndex PointerTree::child(NodeIndex node, std::string_view token) const {
  if (node == kNone) return kNone;
  for (const auto& [name, index] : nodes_[node].children) {
    if (name == token) return index;
  }
  return kNone;
}

const std::vector<Target>& PointerTree::targets(NodeIndex node) const {
  static const std::vector<Target> none;
  return node == kNone ? none : nodes_[node].targets;
}

}  // namespace fortnight::intake
