#include "storage/part/pointer_places.h"

namespace fortnight::storage {

const PointerPlaces::Place& PointerPlaces::of(const BlockReader& block, std::uint32_t shape) {
  places_.resize(block.shapes().shapes.size());
  Place& place = places_[shape];
  if (place.known) return place;
  place.known = true;
  const PartShape& of = block.shapes().shapes[shape];
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
