#include "tools/client/follow_view.h"

#include <algorithm>
#include <vector>

#include "tools/client/cells.h"
#include "tools/client/json.h"

namespace fortnight::client {
namespace {

constexpr std::size_t kColumnGap = 2;
constexpr std::size_t kNarrowestPath = 12;
constexpr std::size_t kValueWidth = 16;  // of the value of a JSON pointer

struct Place {
  std::string key;
  std::size_t width;  // 0: the remaining width
  bool right;
};

// The columns of LOGS that fit, and one for each of the pointers: the account is dropped first,
// then the method.
std::vector<Place> places_for(const std::vector<std::string>& pointers, const Terminal& terminal) {
  std::vector<Place> places = {{"ts", time_width(terminal), false},
                               {"account", 8, false},
                               {"method", 7, false},
                               {"path", 0, false},
                               {"status", 6, true},
                               {"duration_ms", 8, true},
                               {"ref", 9, false}};
  for (const std::string& pointer : pointers) {
    places.insert(places.end() - 1, {pointer, kValueWidth, false});
  }
  const auto needed = [&] {
    std::size_t sum = kNarrowestPath;
    for (const Place& place : places) sum += place.width + kColumnGap;
    return sum - kColumnGap;
  };
  for (const char* const dispensable : {"account", "method", "duration_ms"}) {
    if (needed() <= terminal.width) break;
    std::erase_if(places, [&](const Place& place) { return place.key == dispensable; });
  }
  const std::size_t fixed = needed() - kNarrowestPath;
  for (Place& place : places) {
    if (place.width == 0) {
      place.width = std::max(kNarrowestPath, terminal.width - std::min(terminal.width, fixed));
    }
  }
  return places;
}

std::string line_of(const std::vector<Place>& places, const std::vector<Cell>& cells,
                    const Terminal& terminal) {
  std::string out;
  for (std::size_t i = 0; i < places.size(); ++i) {
    const bool last = i + 1 == places.size();
    // A shortened ref can't be looked up, so it isn't shortened.
    const std::string text =
        last ? safe_text(cells[i].text) : shortened(safe_text(cells[i].text), places[i].width);
    const std::string space(places[i].width - std::min(places[i].width, display_width(text)), ' ');
    const std::string shown = terminal.styled(text, cells[i].style);
    out += places[i].right ? space + shown : last ? shown : shown + space;
    if (!last) out.append(kColumnGap, ' ');
  }
  return out + "\n";
}

}  // namespace

std::string FollowedCalls::render(std::string_view row) {
  const std::string missed = text_of(member_of(row, "missed"));
  if (!missed.empty()) {
    return terminal_.styled("(" + missed + " calls missed: they came too fast)", Style::warning) +
           "\n";
  }
  const std::vector<Member> values = members_of(member_of(row, "values"));
  std::string out;
  std::vector<Cell> cells;
  if (!headed_) {
    for (const Member& value : values) pointers_.push_back(value.key);
  }
  const std::vector<Place> places = places_for(pointers_, terminal_);
  if (!headed_) {
    for (const Place& place : places) cells.push_back({heading_of(place.key), Style::strong});
    out = line_of(places, cells, terminal_);
    cells.clear();
    headed_ = true;
  }
  for (const Place& place : places) {
    const auto value = std::find_if(values.begin(), values.end(),
                                    [&](const Member& one) { return one.key == place.key; });
    cells.push_back(
        value == values.end()
            ? cell_of(place.key, member_of(row, place.key), terminal_)
            : cell_of(place.key, value->value == "null" ? "" : value->value, terminal_));
  }
  return out + line_of(places, cells, terminal_);
}

}  // namespace fortnight::client
