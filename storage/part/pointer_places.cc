#include "storage/part/pointer_places.h"

#include <algorithm>

#include "base/ascii.h"
#include "storage/part/block_calls.h"

namespace fortnight::storage {
namespace {

// Removes the first step, with its '/', from a path and returns it, unless it may be an array
// index: "*" in the path of a column, digits in a pointer. Indices are skipped. Empty at the end.
std::string_view next_name(std::string_view& path) {
  while (!path.empty()) {
    const std::string_view step = path.substr(0, path.find('/', 1));
    path.remove_prefix(step.size());
    const bool index =
        step == "/*" ||
        (step.size() > 1 && step.find_first_not_of("0123456789", 1) == std::string_view::npos);
    if (!index) return step;
  }
  return {};
}

// Whether two paths differ at most in what a matching pointer may differ in: array indices and the
// case of letters. It runs for each column of each part that a query reads, so it allocates
// nothing.
bool same_outline(std::string_view one, std::string_view other) {
  for (;;) {
    const std::string_view step = next_name(one);
    if (!equal_without_case(step, next_name(other))) return false;
    if (step.empty()) return true;
  }
}

}  // namespace

PointerPlaces::PointerPlaces(std::string_view pointer, Reach reach)
    : pointer_(JsonPointer::parse(pointer).value_or(JsonPointer())), reach_(reach) {
  for (const std::string& step : pointer_.steps()) path_.append("/").append(step);
}

// A path's steps are keys as they are written, or '*' for an array index.
bool PointerPlaces::may_lead_to(std::string_view path) const {
  return path.find('\\') != std::string_view::npos || same_outline(path, path_);
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
