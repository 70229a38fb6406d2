#include "intake/shape_plan.h"

#include <algorithm>

#include "intake/skeleton_walk.h"

namespace fortnight::intake {
namespace {

using storage::Shape;
using storage::TextField;

std::uint16_t narrow(std::size_t value) { return static_cast<std::uint16_t>(value); }

// Gives the encoder a hint about a field's hole.
void set_hint(Shape& shape, Field field, std::int32_t hole) {
  const auto text = [&](TextField which) -> std::int32_t& {
    return shape.text_holes[static_cast<std::size_t>(which)];
  };
  switch (field) {
    case Field::ts:
      shape.ts_hole = hole;
      break;
    case Field::account:
      text(TextField::account) = hole;
      break;
    case Field::method:
      text(TextField::method) = hole;
      break;
    case Field::endpoint:
      text(TextField::endpoint) = hole;
      break;
    case Field::path:
      text(TextField::path) = hole;
      break;
    case Field::status:
      shape.status_hole = hole;
      break;
    case Field::revision:
      text(TextField::revision) = hole;
      break;
    case Field::duration:
      shape.duration_hole = hole;
      break;
    case Field::call_id:
      text(TextField::call_id) = hole;
      break;
  }
}

}  // namespace

ShapePlanner::ShapePlanner(const MapperSettings& settings)
    : conditions_(settings.format.only.size()),
      duration_unit_(static_cast<storage::DurationUnit>(settings.format.duration_unit)),
      fixed_account_(!settings.account.empty()),
      rules_(settings.redact, settings.hash) {
  const config::Format& format = settings.format;
  add_fields(Field::ts, format.ts);
  add_fields(Field::account, format.account);
  add_fields(Field::method, format.method);
  add_fields(Field::endpoint, format.endpoint);
  add_fields(Field::path, format.path);
  add_fields(Field::status, format.status);
  add_fields(Field::revision, format.revision);
  add_fields(Field::duration, format.duration);
  for (const auto& [kind, pointers] : format.ids) {
    if (kind == "call_id") {
      add_fields(Field::call_id, pointers);
      continue;
    }
    for (const std::string& pointer : pointers) {
      tree_.add(pointer, {Target::What::id, narrow(kinds_.size()), 0});
    }
    kinds_.push_back(kind);
  }
  for (std::size_t i = 0; i < conditions_; ++i) {
    tree_.add(format.only[i].first, {Target::What::condition, narrow(i), 0});
  }
}

void ShapePlanner::add_fields(Field field, const config::Pointers& pointers) {
  for (std::size_t i = 0; i < pointers.size(); ++i) {
    tree_.add(pointers[i], {Target::What::field, static_cast<std::uint16_t>(field), narrow(i)});
  }
}

ShapePlan ShapePlanner::plan(std::string_view skeleton) const {
  ShapePlan plan;
  plan.conditions.resize(conditions_);
  plan.shape.duration_unit = duration_unit_;
  plan.shape.skeleton = skeleton;
  // Line ends within a skeleton are blanks between tokens, so spaces can replace them.
  std::replace(plan.shape.skeleton.begin(), plan.shape.skeleton.end(), '\r', ' ');
  std::replace(plan.shape.skeleton.begin(), plan.shape.skeleton.end(), '\n', ' ');

  std::array<std::vector<std::pair<std::uint16_t, Hole>>, kFields> ranked;
  SkeletonWalk walk(skeleton, tree_, rules_);
  for (FoundHole found; walk.next(found);) {
    if (found.redacted) plan.redacted.push_back(found.hole);
    if (found.hashed) plan.hashed.push_back(found.hole);
    for (const Target& target : found.targets) {
      switch (target.what) {
        case Target::What::field:
          ranked[target.index].emplace_back(target.rank, found.hole);
          break;
        case Target::What::id:
          plan.shape.ids.push_back({target.index, found.hole.index, found.hole.is_string});
          break;
        case Target::What::condition:
          plan.conditions[target.index] = found.hole;
          break;
      }
    }
  }
  plan.shape.holes = walk.holes();
  if (!rules_.names_in_texts.empty()) plan.named = find_named_values(skeleton);
  for (std::size_t field = 0; field < kFields; ++field) {
    auto& holes = ranked[field];
    std::stable_sort(holes.begin(), holes.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    for (const auto& [rank, hole] : holes) plan.holes.push_back(hole);
    plan.begins[field + 1] = narrow(plan.holes.size());
    const bool is_fixed = fixed_account_ && field == static_cast<std::size_t>(Field::account);
    if (!holes.empty() && !is_fixed) {
      set_hint(plan.shape, static_cast<Field>(field),
               static_cast<std::int32_t>(holes.front().second.index));
    }
  }
  return plan;
}

}  // namespace fortnight::intake
