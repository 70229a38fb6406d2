#include "storage/part/pointer_places.h"

#include <algorithm>

#include "base/ascii.h"
#include "storage/part/block_calls.h"

namespace fortnight::storage {
namespace {

// A path without the differences that a matching pointer may have: array indices ("*" in a path,
// digits or nothing in a pointer) and the case of letters. All paths that a pointer leads to have
// the same outline; other paths may have it too.
std::string outline(std::string_view path) {
  std::string out;
  while (!path.empty()) {
    const std::size_t end = std::min(path.find('/', 1), path.size());
    const std::string_view step = path.substr(0, end);
    path.remove_prefix(end);
    const bool place =
        step == "/*" ||
        (step.size() > 1 && step.find_first_not_of("0123456789", 1) == std::string_view::npos);
    if (place) continue;
    out += lower(step);
  }
  return out;
}

}  // namespace

PointerPlaces::PointerPlaces(std::string_view pointer, Reach reach)
    : pointer_(JsonPointer::parse(pointer).value_or(JsonPointer())), reach_(reach) {
  std::string path;
  for (const std::string& step : pointer_.steps()) path.append("/").append(step);
  outline_ = outline(path);
}

// A path's steps are keys as they are written, or '*' for an array index.
bool PointerPlaces::may_lead_to(std::string_view path) const {
  return path.find('\\') != std::string_view::npos || outline(path) == outline_;
}

bool PointerPlaces::may_lead_into(const PartShape& shape) const {
  return std::any_of(columns_.begin(), columns_.end(),
                     [&](std::uint32_t column) { return shape.count_of(column) > 0; });
}

void PointerPlaces::look_at(const PartShapes& shapes) {
  places_.resize(shapes.shapes.size());
  for (std::uint32_t i = 0; i < shapes.columns.size(); ++i) {
    if (may_lead_to(shapes.columns[i].path)) columns_.push_back(kFieldColumns + i);
  }
}

const std::vector<PointerPlaces::Place>& PointerPlaces::of(const BlockReader& block,
                                                           std::uint32_t shape) {
  if (places_.empty()) look_at(block.shapes());
  Places& found = places_[shape];
  if (found.known) return found.places;
  found.known = true;
  const PartShape& of = block.shapes().shapes[shape];
  if (!may_lead_into(of)) return found.places;
  const auto add = [&](const JsonScalar& scalar) {
    found.places.push_back(
        {of.columns[scalar.ordinal], of.ordinal_of(scalar.ordinal), scalar.is_string});
  };
  if (reach_ == Reach::all) {
    const FoundScalars all = find_scalars(of.shape.skeleton, pointer_);
    std::for_each(all.scalars.begin(), all.scalars.end(), add);
  } else if (const auto scalar = find_scalar(of.shape.skeleton, pointer_)) {
    add(*scalar);
  }
  return found.places;
}

std::string PointerPlaces::text(const BlockReader& block, std::uint32_t row) {
  std::string raw;
  std::string scratch;
  if (block.plain(row)) {
    append_line(block, row, raw);
    const auto scalar = find_scalar(raw, pointer_);
    if (!scalar) return {};
    return std::string(scalar_text(scalar->raw, scalar->is_string, scratch));
  }
  const std::vector<Place>& places = of(block, block.shape(row));
  if (places.empty()) return {};
  block.append_sibling(places[0].column, row, places[0].ordinal, raw);
  return std::string(scalar_text(raw, places[0].is_string, scratch));
}

std::string ErrorCodes::of(const BlockReader& block, std::uint32_t row) {
  for (PointerPlaces& pointer : pointers_) {
    std::string text = pointer.text(block, row);
    if (!text.empty()) return text;
  }
  return {};
}

}  // namespace fortnight::storage
