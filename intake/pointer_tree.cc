#include "intake/pointer_tree.h"

#include <algorithm>

#include "base/ascii.h"

namespace fortnight::intake {

void PointerTree::add(std::string_view pointer, Target target) {
  NodeIndex node = kRoot;
  std::vector<config::PointerStep> steps = config::parse_steps(pointer).value();
  for (config::PointerStep& step : steps) {
    const auto& children = nodes_[node].children;
    const auto same = [&](const Child& child) { return child.step.name == step.name; };
    const auto found = std::find_if(children.begin(), children.end(), same);
    if (found != children.end()) {
      node = found->node;
      continue;
    }
    const auto next = static_cast<NodeIndex>(nodes_.size());
    nodes_[node].children.push_back({std::move(step), next});
    nodes_.emplace_back();
    node = next;
  }
  nodes_[node].targets.push_back(target);
}

bool PointerTree::same_name(std::string_view a, std::string_view b) const {
  return any_case_ ? equal_without_case(a, b) : a == b;
}

}  // namespace fortnight::intake
