// Walks a skeleton and finds its holes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json_walk.h"
#include "intake/pointer_tree.h"
#include "intake/redact_rules.h"
#include "intake/shape_plan.h"

namespace fortnight::intake {

// A hole and its targets.
struct FoundHole {
  Hole hole;
  bool redacted = false;
  bool hashed = false;          // and not redacted
  std::vector<Target> targets;  // of a redacted hole or a hashed number, only conditions
};

class SkeletonWalk {
 public:
  // All must outlive it.
  SkeletonWalk(std::string_view skeleton, const PointerTree& tree, const RedactRules& rules);

  // Advances to the next hole that is redacted, hashed or has a target; false at the end.
  bool next(FoundHole& found);
  // Holes passed so far.
  [[nodiscard]] std::uint32_t holes() const { return walk_.scalars(); }

 private:
  // The position of a value in the pointer tree, and among the pointers to secrets.
  struct Place {
    PointerTree::NodeIndex node = PointerTree::kRoot;
    bool counts = true;  // false for a member (and its content) whose name is a duplicate
    bool redacted = false;
    bool hashed = false;
    RedactPointers::Place secret;  // of redacted values
    RedactPointers::Place veiled;  // of hashed values
  };
  struct Level {
    bool is_array;
    std::uint32_t element = 0;
    Place place;  // of the container
    Place value;  // of the member whose key was read last
  };

  [[nodiscard]] Place value_place();
  [[nodiscard]] Place below(const Place& parent, std::string_view token,
                            RedactPointers::Place secret, RedactPointers::Place veiled);
  void meet_key();
  void count_element();
  bool meet_hole(bool is_string, FoundHole& found);
  void find_targets(const Place& place, std::vector<Target>& targets) const;

  JsonWalk walk_;
  const PointerTree& tree_;
  const RedactRules& rules_;
  std::vector<bool> met_;  // by node of the tree: of duplicate names, the first is used
  std::vector<Level> levels_;
  std::string scratch_;
};

}  // namespace fortnight::intake
