// What a mapping makes of a shape: which hole is which field. Worked out once for each shape, so
// that a line's field is found by its hole's number.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/format.h"
#include "intake/mapper_settings.h"
#include "intake/named_values.h"
#include "intake/pointer_tree.h"
#include "intake/redact_names.h"
#include "storage/call/batch.h"

namespace fortnight::intake {

struct Hole {
  std::uint32_t index = 0;
  bool is_string = false;
};

struct ShapePlan {
  // As it goes into batches, but its IDs' kinds are the planner's numbers.
  storage::Shape shape;
  // Where a field may be found, in the order of preference: a hole that has null doesn't count.
  [[nodiscard]] std::span<const Hole> holes_of(Field field) const {
    const auto i = static_cast<std::size_t>(field);
    return {holes.data() + begins[i], holes.data() + begins[i + 1]};
  }
  std::vector<Hole> holes;
  std::array<std::uint16_t, kFields + 1> begins{};
  // By condition of `only`: the hole that it is about.
  std::vector<std::optional<Hole>> conditions;
  // Holes that have to be redacted, ascending. They are nobody's field and nobody's ID; `only`
  // still knows them. The time's are never among them.
  std::vector<Hole> redacted;
  // Values that other values may say are secret.
  NamedValues named;
};

class ShapePlanner {
 public:
  explicit ShapePlanner(const MapperSettings& settings);

  // `skeleton` is a JSON object's, with storage::kHole for each scalar.
  [[nodiscard]] ShapePlan plan(std::string_view skeleton) const;
  // Names of ID kinds, by number; call_id isn't among them.
  [[nodiscard]] const std::vector<std::string>& kinds() const { return kinds_; }
  [[nodiscard]] const RedactNames& names() const { return names_; }

 private:
  void add_fields(Field field, const config::Pointers& pointers);

  PointerTree tree_;
  std::vector<std::string> kinds_;
  std::size_t conditions_ = 0;
  storage::DurationUnit duration_unit_;
  bool fixed_account_;
  RedactNames names_;
};

}  // namespace fortnight::intake
