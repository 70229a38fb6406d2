// The JSON pointers of a format as a tree, with the targets at their ends.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace fortnight::intake {

// The fields that a line can supply.
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
};
inline constexpr std::size_t kFields = 9;

struct Target {
  enum class What : std::uint8_t { field, id, condition } what;
  std::uint16_t index = 0;  // number of the field, of the ID's kind, or of the condition of `only`
  std::uint16_t rank = 0;   // rank among the target's pointers; the lowest present one wins
};

class PointerTree {
 public:
  using NodeIndex = std::uint32_t;
  static constexpr NodeIndex kRoot = 0;
  static constexpr NodeIndex kNone = 0xffffffff;

  // `pointer` must be a valid JSON pointer.
  void add(std::string_view pointer, Target target);

  // The child for a member's name (decoded) or an element's number. kNone if there is none or if
  // `node` is kNone.
  [[nodiscard]] NodeIndex child(NodeIndex node, std::string_view token) const;
  [[nodiscard]] const std::vector<Target>& targets(NodeIndex node) const;
  [[nodiscard]] std::size_t size() const { return nodes_.size(); }

 private:
  struct Node {
    std::vector<std::pair<std::string, NodeIndex>> children;
    std::vector<Target> targets;
  };
  std::vector<Node> nodes_{1};
};

}  // namespace fortnight::intake
