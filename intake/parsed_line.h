// A line that was split: its scalars, and the plan that tells what they are.
#pragma once

#include <span>
#include <string_view>

#include "intake/known_shape.h"
#include "intake/shape_plan.h"
#include "intake/split_line.h"

namespace fortnight::intake {

struct ParsedLine {
  std::string_view bytes;
  std::span<const Span> spans;
  const ShapePlan* plan = nullptr;
  KnownShape* shape = nullptr;  // absent where the line has to be kept plain
  bool cut_off = false;         // it was closed by close_cut_line()

  [[nodiscard]] std::string_view scalar(std::uint32_t hole) const {
    return {bytes.data() + spans[hole].begin, spans[hole].length};
  }
  [[nodiscard]] bool is_null(Hole hole) const {
    return !hole.is_string && scalar(hole.index) == "null";
  }
  // The hole that this line has the field in; nullptr where there is none.
  [[nodiscard]] const Hole* find(Field field) const {
    for (const Hole& hole : plan->holes_of(field)) {
      if (!is_null(hole)) return &hole;
    }
    return nullptr;
  }
};

}  // namespace fortnight::intake
