// Walks a skeleton and finds its holes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json_walk.h"
#include "intake/pointer_tree.h"
#include "intake/redact_rules.h"
#include "intake/shape_plan.h"

namespace fortnight::intake {

// What a hole is for, if its guard lets it.
struct FoundTarget {
  Target target;
  std::uint16_t guard = kNoGuard;
};

// A hole and its targets.
struct FoundHole {
  Hole hole;
  bool redacted = false;
  bool hashed = false;               // and not redacted
  std::vector<FoundTarget> targets;  // of a redacted hole or a hashed number, only conditions
};

class SkeletonWalk {
 public:
  // All must outlive it.
  SkeletonWalk(std::string_view skeleton, const PointerTree& tree, const RedactRules& rules);

  // Advances to the next hole that is redacted, hashed or has a target; false at the end.
  bool next(FoundHole& found);
  // Holes passed so far.
  [[nodiscard]] std::uint32_t holes() const { return walk_.scalars(); }
  // After the end: the guards of targets. Those without a hole never let anything pass.
  [[nodiscard]] std::vector<Guard>& guards() { return guards_; }

 private:
  // A node of the pointer tree that leads here, and the guard of the selections on the way.
  struct Branch {
    PointerTree::NodeIndex node;
    std::uint16_t guard;
  };
  // A selection in the array above: the guard's hole is the member of this name, or the element of
  // this number.
  struct Watch {
    std::string_view member;
    std::uint16_t guard;
  };
  // The position of a value in the pointer tree, and among the pointers to secrets.
  struct Place {
    std::vector<Branch> branches;
    std::vector<Watch> watches;
    std::vector<std::uint16_t> guards;  // whose hole this value is
    bool redacted = false;
    bool hashed = false;
    RedactPointers::Place secret;  // of redacted values
    RedactPointers::Place veiled;  // of hashed values
  };
  struct Level {
    bool is_array;
    std::uint32_t element = 0;
    Place place;                              // of the container
    Place value;                              // of the member whose key was read last
    std::vector<PointerTree::NodeIndex> met;  // of duplicate names, the first is used
    std::optional<std::uint32_t> last_hole;   // the last element, if it is a string
  };

  [[nodiscard]] Place value_place();
  [[nodiscard]] Place element_place(const Level& level);
  [[nodiscard]] static Place inherited(const Place& parent);
  void select(const Level& level, Branch branch, const config::PointerStep& step,
              PointerTree::NodeIndex child, Place& place);
  std::optional<std::uint16_t> add_guard(Guard guard);
  void meet_key();
  void count_element(std::optional<std::uint32_t> hole);
  bool meet_hole(bool is_string, FoundHole& found);
  void find_targets(const Place& place, std::vector<FoundTarget>& targets) const;

  JsonWalk walk_;
  const PointerTree& tree_;
  const RedactRules& rules_;
  std::vector<Level> levels_;
  std::vector<Guard> guards_;
  std::string scratch_;
};

}  // namespace fortnight::intake
