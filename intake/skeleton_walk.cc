#include "intake/skeleton_walk.h"

#include <algorithm>
#include <utility>

#include "base/json_text.h"

namespace fortnight::intake {
namespace {

// Maximum number of selected elements in a line; later ones aren't selected.
constexpr std::size_t kMaxGuards = 4096;

}  // namespace

SkeletonWalk::SkeletonWalk(std::string_view skeleton, const PointerTree& tree,
                           const RedactRules& rules)
    : walk_(skeleton), tree_(tree), rules_(rules) {}

bool SkeletonWalk::next(FoundHole& found) {
  using Token = JsonWalk::Token;
  for (Token token = walk_.next(); token != Token::end; token = walk_.next()) {
    switch (token) {
      case Token::open_object:
      case Token::open_array:
        levels_.push_back({token == Token::open_array, 0, value_place(), {}, {}, {}});
        break;
      case Token::close:
        levels_.pop_back();
        count_element(std::nullopt);
        break;
      case Token::key:
        meet_key();
        break;
      default: {
        const bool is_string = token == Token::string;
        const bool wanted = meet_hole(is_string, found);
        count_element(is_string ? std::optional(found.hole.index) : std::nullopt);
        if (wanted) return true;
      }
    }
  }
  return false;
}

// Called after each value. `hole`: of a string.
void SkeletonWalk::count_element(std::optional<std::uint32_t> hole) {
  if (levels_.empty() || !levels_.back().is_array) return;
  ++levels_.back().element;
  levels_.back().last_hole = hole;
}

SkeletonWalk::Place SkeletonWalk::value_place() {
  if (levels_.empty()) {
    Place place;
    place.branches.push_back({PointerTree::kRoot, kNoGuard});
    place.secret = rules_.pointers.root();
    place.veiled = rules_.hashed_pointers.root();
    return place;
  }
  const Level& level = levels_.back();
  return level.is_array ? element_place(level) : level.value;
}

// The place of a value in a container, as far as redaction inherits it.
SkeletonWalk::Place SkeletonWalk::inherited(const Place& parent) {
  Place place;
  place.redacted = parent.redacted;
  place.hashed = parent.hashed;
  return place;
}

SkeletonWalk::Place SkeletonWalk::element_place(const Level& level) {
  const Place& array = level.place;
  Place place = inherited(array);
  if (!array.secret.empty()) {
    place.secret = rules_.pointers.element(array.secret, level.element);
    place.redacted = place.redacted || rules_.pointers.redacts(place.secret);
  }
  if (!array.veiled.empty()) {
    place.veiled = rules_.hashed_pointers.element(array.veiled, level.element);
    place.hashed = place.hashed || rules_.hashed_pointers.redacts(place.veiled);
  }
  if (array.branches.empty() && array.watches.empty()) return place;
  const std::string number = std::to_string(level.element);
  for (const Branch& branch : array.branches) {
    tree_.each_step(branch.node,
                    [&](const config::PointerStep& step, PointerTree::NodeIndex child) {
                      if (step.name == number || step.kind == config::PointerStep::Kind::any) {
                        place.branches.push_back({child, branch.guard});
                      } else if (step.kind == config::PointerStep::Kind::select) {
                        select(level, branch, step, child, place);
                      }
                    });
  }
  for (const Watch& watch : array.watches) {
    if (watch.member == number) place.guards.push_back(watch.guard);
  }
  return place;
}

// Follows a selection into an element of an array.
void SkeletonWalk::select(const Level& level, Branch branch, const config::PointerStep& step,
                          PointerTree::NodeIndex child, Place& place) {
  Guard guard;
  guard.above = branch.guard;
  guard.wanted = step.wanted;
  if (step.member.empty()) {  // [=X]: the element before it is X
    if (!level.last_hole) return;
    guard.hole = {*level.last_hole, true};
  }
  const std::optional<std::uint16_t> number = add_guard(guard);
  if (!number) return;
  place.branches.push_back({child, *number});
  if (!step.member.empty()) place.watches.push_back({step.member, *number});
}

std::optional<std::uint16_t> SkeletonWalk::add_guard(Guard guard) {
  if (guards_.size() == kMaxGuards) return std::nullopt;
  guards_.push_back(guard);
  return static_cast<std::uint16_t>(guards_.size() - 1);
}

void SkeletonWalk::meet_key() {
  const std::string_view key = decode_json_string(walk_.raw(), scratch_);
  Level& level = levels_.back();
  const Place& object = level.place;
  Place place = inherited(object);
  place.secret = rules_.pointers.member(object.secret, key);
  place.veiled = rules_.hashed_pointers.member(object.veiled, key);
  place.redacted =
      place.redacted || rules_.pointers.redacts(place.secret) || rules_.names.matches_part(key);
  place.hashed = place.hashed || rules_.hashed_pointers.redacts(place.veiled) ||
                 rules_.hashed_names.matches_part(key);
  const std::size_t met = level.met.size();  // by earlier members
  for (const Branch& branch : object.branches) {
    tree_.each_member(branch.node, key, [&](PointerTree::NodeIndex child) {
      const auto earlier = level.met.begin() + static_cast<std::ptrdiff_t>(met);
      if (std::find(level.met.begin(), earlier, child) != earlier) return;
      level.met.push_back(child);
      place.branches.push_back({child, branch.guard});
    });
  }
  for (const Watch& watch : object.watches) {
    if (tree_.same_name(watch.member, key)) place.guards.push_back(watch.guard);
  }
  level.value = std::move(place);
}

bool SkeletonWalk::meet_hole(bool is_string, FoundHole& found) {
  const Place place = value_place();
  found.hole = {walk_.scalars() - 1, is_string};
  for (const std::uint16_t guard : place.guards) {
    if (!guards_[guard].hole) guards_[guard].hole = found.hole;
  }
  found.targets.clear();
  find_targets(place, found.targets);
  const auto is_time = [](const FoundTarget& one) {
    return one.target.what == Target::What::field &&
           one.target.index == static_cast<std::uint16_t>(Field::ts);
  };
  // The time is never redacted: without it, every line would be rejected.
  const bool may_change = std::none_of(found.targets.begin(), found.targets.end(), is_time);
  found.redacted = place.redacted && may_change;
  found.hashed = place.hashed && may_change && !found.redacted;
  // The hash of a number is a string where the shape has a number.
  if (found.redacted || (found.hashed && !is_string)) {
    std::erase_if(found.targets, [](const FoundTarget& one) {
      return one.target.what != Target::What::condition;
    });
  }
  return found.redacted || found.hashed || !found.targets.empty();
}

void SkeletonWalk::find_targets(const Place& place, std::vector<FoundTarget>& targets) const {
  for (const Branch& branch : place.branches) {
    for (const Target& target : tree_.targets(branch.node)) {
      targets.push_back({target, branch.guard});
    }
  }
  // An array in the place of a field or an ID: its first scalar is the field, each scalar is an ID.
  const Level* level = levels_.empty() ? nullptr : &levels_.back();
  if (level == nullptr || !level->is_array) return;
  for (const Branch& branch : level->place.branches) {
    for (const Target& target : tree_.targets(branch.node)) {
      if (target.what == Target::What::id || level->element == 0) {
        targets.push_back({target, branch.guard});
      }
    }
  }
}

}  // namespace fortnight::intake
