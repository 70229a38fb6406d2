// The meaning of a shape's holes under a mapping. Built once for each shape; a line's field is then
// found by the number of its hole.
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
#include "intake/redact_rules.h"
#include "storage/call/batch.h"

namespace fortnight::intake {

struct Hole {
  std::uint32_t index = 0;
  bool is_string = false;
};

struct ShapePlan {
  // As in batches, except that its IDs' kinds are the planner's numbers.
  storage::Shape shape;
  // The holes that may have a field, in order of preference: a hole with null is skipped.
  [[nodiscard]] std::span<const Hole> holes_of(Field field) const {
    const auto i = static_cast<std::size_t>(field);
    return {holes.data() + begins[i], holes.data() + begins[i + 1]};
  }
  std::vector<Hole> holes;
  std::array<std::uint16_t, kFields + 1> begins{};
  // For each condition of `only`: the hole that it tests.
  std::vector<std::optional<Hole>> conditions;
  // Holes to redact, ascending. No field or ID uses them, but `only` may test them. The hole of the
  // time is never among them.
  std::vector<Hole> redacted;
  // Holes to hash, ascending, none of which is redacted. Those of strings may have a field or an
  // ID, which is then the hash; those of the time are never among them.
  std::vector<Hole> hashed;
  // Values whose names are values; they may be secret.
  NamedValues named;
};

class ShapePlanner {
 public:
  explicit ShapePlanner(const MapperSettings& settings);

  // `skeleton` must be a JSON object's, with storage::kHole for each scalar.
  [[nodiscard]] ShapePlan plan(std::string_view skeleton) const;
  // Names of ID kinds by number, without call_id.
  [[nodiscard]] const std::vector<std::string>& kinds() const { return kinds_; }
  [[nodiscard]] const RedactRules& rules() const { return rules_; }

 private:
  void add_fields(Field field, const config::Pointers& pointers);

  PointerTree tree_;
  std::vector<std::string> kinds_;
  std::size_t conditions_ = 0;
  storage::DurationUnit duration_unit_;
  bool fixed_account_;
  RedactRules rules_;
};

}  // namespace fortnight::intake
