// A shape that was met before: its plan, and what it takes to recognise its next line without
// parsing that line from scratch.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "intake/shape_plan.h"
#include "intake/split_line.h"

namespace fortnight::intake {

class KnownShape {
 public:
  // `skeleton` is as it was split from a line that was JSON.
  KnownShape(std::string skeleton, ShapePlan plan);

  // Whether the line is of this shape, and if so (spans.size() is then the number of holes), its
  // scalars. `structurals` are the line's. The bytes between scalars have to be the skeleton's,
  // byte for byte, so that only scalars are left to be checked; escapes within strings are the
  // caller's to check.
  bool match(std::string_view line, std::span<const std::uint32_t> structurals,
             std::vector<Span>& spans) const;

  [[nodiscard]] std::string_view skeleton() const {
    return std::string_view(skeleton_).substr(0, skeleton_.size() - kPadding);
  }
  [[nodiscard]] std::size_t structurals() const { return structurals_; }
  [[nodiscard]] const ShapePlan& plan() const { return plan_; }
  [[nodiscard]] std::size_t memory() const;

  // The batch that this shape was last put in (a BatchId's value), and where it is there.
  std::uint64_t batch_id = 0;
  std::uint32_t batch_index = 0;
  // What batches were last given for it.
  storage::SharedShape shared;

 private:
  static constexpr std::size_t kPadding = 8;  // gaps are compared a word at a time

  // A hole, and the gap before it.
  struct Step {
    std::uint32_t gap = 0;  // where it begins in the skeleton
    std::uint32_t gap_length = 0;
    std::uint32_t structural = 0;  // the number of the one that the hole begins with
    std::uint32_t behind = 0;      // bytes from the hole's end to the structural after it
    bool is_string = false;
  };
  void compile();

  std::string skeleton_;  // padded
  ShapePlan plan_;
  std::vector<Step> steps_;
  std::uint32_t last_gap_ = 0;  // where the gap behind the last hole begins
  std::size_t structurals_ = 0;
};

}  // namespace fortnight::intake
