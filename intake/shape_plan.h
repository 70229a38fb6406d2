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

inline constexpr std::uint16_t kNoGuard = 0xffff;

// Lets a candidate pass if the string in a hole of the line is the wanted one, in any case, and the
// guard above it lets it pass, too.
struct Guard {
  std::uint16_t above = kNoGuard;
  std::optional<Hole> hole;
  std::string_view wanted;  // of the planner's
};

// What may be a value: of a hole of the line, a part of the line's texts, or a constant.
struct Candidate {
  enum class What : std::uint8_t { hole, part, constant } what = What::hole;
  Hole hole = {};  // or, as its index, the number of the part or the constant
  std::uint16_t guard = kNoGuard;
  std::uint16_t rank = 0;  // of the value in the format's list
};
using Candidates = std::span<const Candidate>;

struct ShapePlan {
  // As in batches, except that its IDs' kinds are the planner's numbers.
  storage::Shape shape;
  // What may be a field, in order of preference: the first one that is set is used.
  [[nodiscard]] Candidates candidates_of(Field field) const {
    const auto i = static_cast<std::size_t>(field);
    return {candidates.data() + begins[i], candidates.data() + begins[i + 1]};
  }
  std::vector<Candidate> candidates;
  std::array<std::uint16_t, kFields + 1> begins{};
  std::vector<Guard> guards;
  // For each condition of the format's rules: what it tests. One that holds suffices.
  std::vector<std::vector<Candidate>> conditions;
  // For each string that the format takes apart: where it may be.
  std::vector<std::vector<Candidate>> parts;
  // IDs that aren't simply holes of the shape.
  struct OtherId {
    std::uint16_t kind;
    Candidate value;
  };
  std::vector<OtherId> other_ids;
  // Holes to redact, ascending. No field or ID uses them, but rules may test them. The hole of the
  // time is never among them.
  std::vector<Hole> redacted;
  // Holes to hash, ascending, none of which is redacted. Those of strings may have a field or an
  // ID, which is then the hash; those of the time are never among them.
  std::vector<Hole> hashed;
  // Values whose names are values; they may be secret.
  NamedValues named;
};

// The names of a format's parts by their number: the built-in ones come first.
std::vector<std::string> numbered_parts(const config::Format& format);

class ShapePlanner {
 public:
  explicit ShapePlanner(const MapperSettings& settings);

  // `skeleton` must be a JSON object's, with storage::kHole for each scalar.
  [[nodiscard]] ShapePlan plan(std::string_view skeleton) const;
  // Names of ID kinds by number, without call_id.
  [[nodiscard]] const std::vector<std::string>& kinds() const { return kinds_; }
  [[nodiscard]] const std::vector<std::string>& constants() const { return constants_; }
  [[nodiscard]] const RedactRules& rules() const { return rules_; }

 private:
  // What was found for one shape, by target.
  struct Found {
    std::array<std::vector<std::pair<std::uint16_t, Candidate>>, kFields> fields;
    std::vector<std::vector<std::pair<std::uint16_t, Candidate>>> conditions, parts;
  };
  // Parts and constants, which are the same for all shapes.
  struct Fixed {
    Target target;
    Candidate candidate;
  };

  void add(const config::Values& values, Target target);
  static void take(const Target& target, const Candidate& candidate, ShapePlan& plan, Found& found);
  void set_hints(ShapePlan& plan) const;

  PointerTree tree_;
  std::vector<std::string> part_names_;  // by number
  std::vector<Fixed> fixed_;
  std::vector<std::string> constants_;
  std::vector<std::string> kinds_;
  std::size_t conditions_ = 0;
  std::size_t parts_ = 0;
  storage::DurationUnit duration_unit_;
  bool fixed_account_;
  RedactRules rules_;
};

}  // namespace fortnight::intake
