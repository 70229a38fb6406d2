// A shape seen before: its plan, and what is needed to recognise another line of the shape without
// parsing it from scratch.
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
  // `skeleton` must be that of a valid JSON line, as split() returns it.
  KnownShape(std::string skeleton, ShapePlan plan);

  // Returns whether the line has this shape, and if so, fills `spans` with one scalar for each
  // hole. `structurals` are the line's. The bytes between scalars must equal the skeleton's, so
  // only the scalars are checked; the caller checks escapes within strings.
  bool match(std::string_view line, std::span<const std::uint32_t> structurals,
             std::vector<Span>& spans) const;

  [[nodiscard]] std::string_view skeleton() const {
    return std::string_view(skeleton_).substr(0, skeleton_.size() - kPadding);
  }
  [[nodiscard]] std::size_t structurals() const { return structurals_; }
  [[nodiscard]] const ShapePlan& plan() const { return plan_; }
  [[nodiscard]] std::size_t memory() const;

  struct InBatch {
    // The batch that this shape was last added to (a BatchId's value), and its index there.
    std::uint64_t batch_id = 0;
    std::uint32_t batch_index = 0;
    // The shape that batches share, as made last.
    storage::SharedShape shared;
  };
  InBatch with_ids;
  InBatch without_ids;  // of lines of which not all holes for IDs have one

 private:
  static constexpr std::size_t kPadding = 8;  // gaps are compared a word at a time

  // A hole, and the gap before it.
  struct Step {
    std::uint32_t gap = 0;  // offset of the gap in the skeleton
    std::uint32_t gap_length = 0;
    std::uint32_t structural = 0;  // index of the structural that the hole begins with
    std::uint32_t behind = 0;      // bytes from the hole's end to the next structural
    bool is_string = false;
  };
  void compile();

  std::string skeleton_;  // padded
  ShapePlan plan_;
  std::vector<Step> steps_;
  std::uint32_t last_gap_ = 0;  // offset of the gap after the last hole
  std::size_t structurals_ = 0;
};

}  // namespace fortnight::intake
