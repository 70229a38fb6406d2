// A line after splitting: its scalars, and the plan that gives their meaning.
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
  KnownShape* shape = nullptr;  // null if the line has to be stored plain
  bool has_escapes = true;      // whether its scalars may have escapes
  bool cut_off = false;         // whether close_cut_line() closed it

  [[nodiscard]] std::string_view scalar(std::uint32_t hole) const {
    return {bytes.data() + spans[hole].begin, spans[hole].length};
  }
  [[nodiscard]] bool is_null(Hole hole) const {
    return !hole.is_string && scalar(hole.index) == "null";
  }
};

}  // namespace fortnight::intake
