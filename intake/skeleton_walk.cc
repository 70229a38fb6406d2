#include "intake/skeleton_walk.h"

#include <algorithm>
#include <utility>

#include "base/json_text.h"

namespace fortnight::intake {

SkeletonWalk::SkeletonWalk(std::string_view skeleton, const PointerTree& tree,
                           const RedactRules& rules)
    : walk_(skeleton), tree_(tree), rules_(rules), met_(tree.size(), false) {}

bool SkeletonWalk::next(FoundHole& found) {
  using Token = JsonWalk::Token;
  for (Token token = walk_.next(); token != Token::end; token = walk_.next()) {
    switch (token) {
      case Token::open_object:
      case Token::open_array:
        levels_.push_back({token == Token::open_array, 0, value_place(), {}});
        break;
      case Token::close:
        levels_.pop_back();
        count_element();
        break;
      case Token::key:
        meet_key();
        break;
      default: {
        const bool wanted = meet_hole(token == Token::string, found);
        count_element();
        if (wanted) return true;
      }
    }
  }
  return false;
}

// Called after each value.
void SkeletonWalk::count_element() {
  if (!levels_.empty() && levels_.back().is_array) ++levels_.back().element;
}

SkeletonWalk::Place SkeletonWalk::value_place() {
  if (levels_.empty()) {
    Place place;
    place.secret = rules_.pointers.root();
    place.veiled = rules_.hashed_pointers.root();
    return place;
  }
  const Level& level = levels_.back();
  if (!level.is_array) return level.value;
  if (level.place.node == PointerTree::kNone && level.place.secret.empty() &&
      level.place.veiled.empty()) {
    return level.place;
  }
  return below(level.place, std::to_string(level.element),
               rules_.pointers.element(level.place.secret, level.element),
               rules_.hashed_pointers.element(level.place.veiled, level.element));
}

SkeletonWalk::Place SkeletonWalk::below(const Place& parent, std::string_view token,
                                        RedactPointers::Place secret,
                                        RedactPointers::Place veiled) {
  Place place{tree_.child(parent.node, token),
              parent.counts,
              parent.redacted || rules_.pointers.redacts(secret),
              parent.hashed || rules_.hashed_pointers.redacts(veiled),
              std::move(secret),
              std::move(veiled)};
  if (place.node == PointerTree::kNone) return place;
  if (met_[place.node]) place.counts = false;
  met_[place.node] = true;
  return place;
}

void SkeletonWalk::meet_key() {
  const std::string_view key = decode_json_string(walk_.raw(), scratch_);
  Level& level = levels_.back();
  level.value = below(level.place, key, rules_.pointers.member(level.place.secret, key),
                      rules_.hashed_pointers.member(level.place.veiled, key));
  level.value.redacted = level.value.redacted || rules_.names.matches_part(key);
  level.value.hashed = level.value.hashed || rules_.hashed_names.matches_part(key);
}

bool SkeletonWalk::meet_hole(bool is_string, FoundHole& found) {
  const Place place = value_place();
  found.hole = {walk_.scalars() - 1, is_string};
  found.targets.clear();
  find_targets(place, found.targets);
  const auto is_time = [](const Target& target) {
    return target.what == Target::What::field &&
           target.index == static_cast<std::uint16_t>(Field::ts);
  };
  // The time is never redacted: without it, every line would be rejected.
  const bool may_change = std::none_of(found.targets.begin(), found.targets.end(), is_time);
  found.redacted = place.redacted && may_change;
  found.hashed = place.hashed && may_change && !found.redacted;
  // The hash of a number is a string where the shape has a number.
  if (found.redacted || (found.hashed && !is_string)) {
    std::erase_if(found.targets,
                  [](const Target& target) { return target.what != Target::What::condition; });
  }
  return found.redacted || found.hashed || !found.targets.empty();
}

void SkeletonWalk::find_targets(const Place& place, std::vector<Target>& targets) const {
  if (place.counts) targets = tree_.targets(place.node);
  // An array in the place of a field or an ID: its first scalar is the field, each scalar is an ID.
  const Level* level = levels_.empty() ? nullptr : &levels_.back();
  if (level == nullptr || !level->is_array || !level->place.counts) return;
  for (const Target& target : tree_.targets(level->place.node)) {
    if (target.what == Target::What::id || level->element == 0) targets.push_back(target);
  }
}

}  // namespace fortnight::intake
