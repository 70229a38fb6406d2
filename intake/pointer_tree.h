// The JSON pointers of a format as a tree, with the targets at their ends.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/value_syntax.h"

namespace fortnight::intake {

// The fields that a line can supply, and the times whose difference is the duration.
enum class Field : std::uint8_t {
  ts,
  account,
  method,
  endpoint,
  path,
  status,
  revision,
  duration,
  call_id,
  duration_from,
  duration_to,
};
inline constexpr std::size_t kFields = 11;

struct Target {
  enum class What : std::uint8_t { field, id, condition, part } what;
  std::uint16_t index = 0;  // number of the field, of the ID's kind, of the condition or the part
  std::uint16_t rank = 0;   // rank among the target's sources; the lowest one that is set wins
};

class PointerTree {
 public:
  using NodeIndex = std::uint32_t;
  static constexpr NodeIndex kRoot = 0;

  // `any_case`: whether members' names match in any case.
  explicit PointerTree(bool any_case) : any_case_(any_case) {}

  // `pointer` must be a valid JSON pointer.
  void add(std::string_view pointer, Target target);

  // Calls visit(child's index) for each child that the member of this name (decoded) leads to.
  template <typename Visit>
  void each_member(NodeIndex node, std::string_view name, Visit&& visit) const {
    for (const Child& child : nodes_[node].children) {
      if (same_name(child.step.name, name)) visit(child.node);
    }
  }
  // Calls visit(step, child's index) for each child that an array's elements may lead to.
  template <typename Visit>
  void each_step(NodeIndex node, Visit&& visit) const {
    for (const Child& child : nodes_[node].children) visit(child.step, child.node);
  }
  [[nodiscard]] bool same_name(std::string_view a, std::string_view b) const;
  [[nodiscard]] const std::vector<Target>& targets(NodeIndex node) const {
    return nodes_[node].targets;
  }

 private:
  struct Child {
    config::PointerStep step;
    NodeIndex node;
  };
  struct Node {
    std::vector<Child> children;
    std::vector<Target> targets;
  };
  std::vector<Node> nodes_{1};
  bool any_case_;
};

}  // namespace fortnight::intake
