#include "storage/part/pointer_places.h"

#include <algorithm>

namespace fortnight::storage {

PointerPlaces::PointerPlaces(std::string_view pointer)
    : pointer_(JsonPointer::parse(pointer).value_or(JsonPointer())),
      may_index_(std::any_of(pointer_.steps().begin(), pointer_.steps().end(),
                             [](const std::string& step) {
                               return step.find_first_not_of("0123456789") == std::string::npos;
                             })) {}

// A path's steps are keys as they are written, and '*' for a place in an array.
bool PointerPlaces::may_lead_to(std::string_view path, std::string_view joined) const {
  return path == joined || path.find('\\') != std::string_view::npos ||
         (may_index_ && path.find("/*") != std::string_view::npos);
}

bool PointerPlaces::may_lead_into(const PartShape& shape) const {
  return std::any_of(columns_.begin(), columns_.end(),
                     [&](std::uint32_t column) { return shape.count_of(column) > 0; });
}

void PointerPlaces::look_at(const PartShapes& shapes) {
  places_.resize(shapes.shapes.size());
  std::string joined;
  for (const std::string& step : pointer_.steps()) joined.append("/").append(step);
  for (std::uint32_t i = 0; i < shapes.columns.size(); ++i) {
    if (may_lead_to(shapes.columns[i].path, joined)) columns_.push_back(kFieldColumns + i);
  }
}

const PointerPlaces::Place& PointerPlaces::of(const BlockReader& block, std::uint32_t shape) {
  if (places_.empty()) look_at(block.shapes());
  Place& place = places_[shape];
  if (place.known) return place;
  place.known = true;
  const PartShape& of = block.shapes().shapes[shape];
  if (!may_lead_into(of)) return place;
  place.scalar = find_scalar(of.shape.skeleton, pointer_);
  if (!place.scalar) return place;
  place.column = of.columns[place.scalar->ordinal];
  place.ordinal = of.ordinal_of(place.scalar->ordinal);
  return place;
}

std::string PointerPlaces::text(const BlockReader& block, std::uint32_t row) {
  std::string raw;
  std::string scratch;
  if (block.plain(row)) {
    block.append_line(row, raw);
    const auto scalar = find_scalar(raw, pointer_);
    if (!scalar) return {};
    return std::string(scalar_text(scalar->raw, scalar->is_string, scratch));
  }
  const Place& place = of(block, block.shape(row));
  if (!place.scalar) return {};
  block.append_sibling(place.column, row, place.ordinal, raw);
  return std::string(scalar_text(raw, place.scalar->is_string, scratch));
}

}  // namespace fortnight::storage
