#include "intake/shape_plan.h"

#include <algorithm>

#include "config/part_names.h"
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
    case Field::duration_from:
    case Field::duration_to:
      break;
  }
}

// By rank, and with the same rank in the order of the line.
void append_ordered(std::vector<std::pair<std::uint16_t, Candidate>>& ranked,
                    std::vector<Candidate>& out) {
  std::stable_sort(ranked.begin(), ranked.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  for (const auto& [rank, candidate] : ranked) out.push_back(candidate);
}

}  // namespace

ShapePlanner::ShapePlanner(const MapperSettings& settings)
    : tree_(settings.format.any_case),
      part_names_(numbered_parts(settings.format)),
      parts_(settings.format.parts.size()),
      duration_unit_(static_cast<storage::DurationUnit>(settings.format.duration_unit)),
      fixed_account_(!settings.account.empty()),
      rules_(settings.redact, settings.hash) {
  const config::Format& format = settings.format;
  const auto add_field = [&](Field field, const config::Values& values) {
    add(values, {Target::What::field, static_cast<std::uint16_t>(field)});
  };
  add_field(Field::ts, format.ts);
  add_field(Field::account, format.account);
  add_field(Field::method, format.method);
  add_field(Field::endpoint, format.endpoint);
  add_field(Field::path, format.path);
  add_field(Field::status, format.status);
  add_field(Field::revision, format.revision);
  add_field(Field::duration, format.duration);
  add_field(Field::duration_from, format.duration_from);
  add_field(Field::duration_to, format.duration_to);
  for (const auto& [kind, values] : format.ids) {
    if (kind == "call_id") {
      add_field(Field::call_id, values);
      continue;
    }
    add(values, {Target::What::id, narrow(kinds_.size())});
    kinds_.push_back(kind);
  }
  for (const auto* rules : {&format.only, &format.except, &format.failed_if}) {
    for (const config::Rule& rule : *rules) {
      for (const auto& [source, texts] : rule) {
        add({source}, {Target::What::condition, narrow(conditions_++)});
      }
    }
  }
  for (std::size_t i = 0; i < parts_; ++i) add(format.parts[i].of, {Target::What::part, narrow(i)});
}

void ShapePlanner::add(const config::Values& values, Target target) {
  for (const std::string& source : values) {
    target.rank = narrow(static_cast<std::size_t>(&source - values.data()));
    if (source.starts_with('=')) {
      const auto number = static_cast<std::uint32_t>(constants_.size());
      const Candidate constant{Candidate::What::constant, {number, true}, kNoGuard, target.rank};
      constants_.push_back(source.substr(1));
      fixed_.push_back({target, constant});
    } else if (source.starts_with('$')) {
      const auto name = std::find(part_names_.begin(), part_names_.end(), source.substr(1));
      if (name == part_names_.end()) continue;
      const auto number = static_cast<std::uint32_t>(name - part_names_.begin());
      const Candidate part{Candidate::What::part, {number, true}, kNoGuard, target.rank};
      fixed_.push_back({target, part});
    } else {
      tree_.add(source, target);
    }
  }
}

ShapePlan ShapePlanner::plan(std::string_view skeleton) const {
  ShapePlan plan;
  plan.shape.duration_unit = duration_unit_;
  plan.shape.skeleton = skeleton;
  // Line ends within a skeleton are blanks between tokens, so spaces can replace them.
  std::replace(plan.shape.skeleton.begin(), plan.shape.skeleton.end(), '\r', ' ');
  std::replace(plan.shape.skeleton.begin(), plan.shape.skeleton.end(), '\n', ' ');

  Found all;
  all.conditions.resize(conditions_);
  all.parts.resize(parts_);
  SkeletonWalk walk(skeleton, tree_, rules_);
  for (FoundHole found; walk.next(found);) {
    if (found.redacted) plan.redacted.push_back(found.hole);
    if (found.hashed) plan.hashed.push_back(found.hole);
    for (const auto& [target, guard] : found.targets) {
      take(target, {Candidate::What::hole, found.hole, guard, target.rank}, plan, all);
    }
  }
  for (const Fixed& fixed : fixed_) take(fixed.target, fixed.candidate, plan, all);
  plan.guards = std::move(walk.guards());
  plan.shape.holes = walk.holes();
  if (!rules_.names_in_texts.empty()) plan.named = find_named_values(skeleton);
  for (std::size_t field = 0; field < kFields; ++field) {
    append_ordered(all.fields[field], plan.candidates);
    plan.begins[field + 1] = narrow(plan.candidates.size());
  }
  for (auto& list : all.conditions) append_ordered(list, plan.conditions.emplace_back());
  for (auto& list : all.parts) append_ordered(list, plan.parts.emplace_back());
  set_hints(plan);
  return plan;
}

void ShapePlanner::take(const Target& target, const Candidate& candidate, ShapePlan& plan,
                        Found& found) {
  switch (target.what) {
    case Target::What::field:
      found.fields[target.index].emplace_back(target.rank, candidate);
      break;
    case Target::What::id:
      if (candidate.what == Candidate::What::hole && candidate.guard == kNoGuard) {
        plan.shape.ids.push_back({target.index, candidate.hole.index, candidate.hole.is_string});
      } else {
        plan.other_ids.push_back({target.index, candidate});
      }
      break;
    case Target::What::condition:
      found.conditions[target.index].emplace_back(target.rank, candidate);
      break;
    case Target::What::part:
      found.parts[target.index].emplace_back(target.rank, candidate);
      break;
  }
}

// Hints are about holes that are a field in every line.
void ShapePlanner::set_hints(ShapePlan& plan) const {
  for (std::size_t i = 0; i < kFields; ++i) {
    const auto field = static_cast<Field>(i);
    const Candidates candidates = plan.candidates_of(field);
    if (candidates.empty() || (fixed_account_ && field == Field::account)) continue;
    const Candidate& first = candidates.front();
    if (first.what != Candidate::What::hole || first.guard != kNoGuard) continue;
    set_hint(plan.shape, field, static_cast<std::int32_t>(first.hole.index));
  }
}

std::vector<std::string> numbered_parts(const config::Format& format) {
  std::vector<std::string> names(config::kBuiltInParts.begin(), config::kBuiltInParts.end());
  for (const config::Part& part : format.parts) {
    for (std::string& name : config::part_names(part)) {
      if (name.empty() || std::find(names.begin(), names.end(), name) != names.end()) continue;
      names.push_back(std::move(name));
    }
  }
  return names;
}

}  // namespace fortnight::intake
