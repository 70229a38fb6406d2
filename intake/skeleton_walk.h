// Walks a skeleton for its holes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "intake/pointer_tree.h"
#include "intake/redact_names.h"
#include "intake/shape_plan.h"

namespace fortnight::intake {

// A hole, and what it means.
struct FoundHole {
  Hole hole;
  bool redacted = false;
  std::vector<Target> targets;  // where it is redacted, conditions alone
};

class SkeletonWalk {
 public:
  SkeletonWalk(std::string_view skeleton, const PointerTree& tree, const RedactNames& names);

  // The next hole that is redacted or has a target; false at the end.
  bool next(FoundHole& found);
  // Holes passed so far.
  [[nodiscard]] std::uint32_t holes() const { return holes_; }

 private:
  // Where a value stands: what the pointers say of it.
  struct Place {
    PointerTree::NodeIndex node = PointerTree::kRoot;
    bool counts = true;  // false below a member whose name stood before in the same object
    bool redacted = false;
  };
  struct Level {
    bool is_array;
    std::uint32_t element = 0;
    Place place;  // of the container
    Place value;  // of the member whose key was read
  };

  [[nodiscard]] Place value_place();
  [[nodiscard]] Place below(const Place& parent, std::string_view token);
  void read_key();
  bool meet_hole(bool is_string, FoundHole& found);
  void find_targets(const Place& place, std::vector<Target>& targets) const;

  std::string_view rest_;
  const PointerTree& tree_;
  const RedactNames& names_;
  std::vector<bool> met_;  // by node of the tree: the first of equal names counts
  std::vector<Level> levels_;
  std::uint32_t holes_ = 0;
  std::string scratch_;
};

}  // namespace fortnight::intake
