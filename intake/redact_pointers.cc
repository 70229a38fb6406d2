#include "intake/redact_pointers.h"

#include <algorithm>
#include <string>

#include "base/ascii.h"

namespace fortnight::intake {
namespace {

bool is_index(std::string_view step) {
  return !step.empty() && std::all_of(step.begin(), step.end(), is_digit);
}

}  // namespace

RedactPointers::RedactPointers(const config::Redact& redact) {
  for (const std::string& text : redact.pointers) {
    if (auto pointer = JsonPointer::parse(text)) pointers_.push_back(std::move(*pointer));
  }
}

RedactPointers::Place RedactPointers::root() const {
  Place place;
  for (std::uint32_t i = 0; i < pointers_.size(); ++i) place.push_back({i, 0});
  return place;
}

RedactPointers::Place RedactPointers::member(const Place& object, std::string_view name) const {
  Place place;
  for (const Beginning& at : object) {
    const JsonPointer& pointer = pointers_[at.pointer];
    if (at.steps == pointer.steps().size()) continue;
    const std::string& step = pointer.steps()[at.steps];
    const bool same =
        at.steps >= pointer.first_header() ? equal_without_case(name, step) : name == step;
    if (same) place.push_back({at.pointer, at.steps + 1});
  }
  return place;
}

RedactPointers::Place RedactPointers::element(const Place& array, std::uint32_t number) const {
  Place place;
  for (const Beginning& at : array) {
    const std::vector<std::string>& steps = pointers_[at.pointer].steps();
    if (at.steps == steps.size() || !is_index(steps[at.steps])) {
      place.push_back(at);
    } else if (steps[at.steps] == std::to_string(number)) {
      place.push_back({at.pointer, at.steps + 1});
    }
  }
  return place;
}

bool RedactPointers::redacts(const Place& place) const {
  return std::any_of(place.begin(), place.end(), [&](const Beginning& at) {
    return at.steps == pointers_[at.pointer].steps().size();
  });
}

}  // namespace fortnight::intake
