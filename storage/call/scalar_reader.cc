#include "storage/call/scalar_reader.h"

namespace fortnight::storage {

ScalarReader::ScalarReader(const std::vector<std::string>& pointers) {
  for (const std::string& pointer : pointers) {
    pointers_.push_back(JsonPointer::parse(pointer).value_or(JsonPointer()));
  }
}

void ScalarReader::append(const Batch& batch, const Call& call, std::vector<std::string>& out) {
  if (pointers_.empty()) return;
  const Shape& shape = batch.shape(call);
  ValueCursor values(batch, call);
  if (shape.plain()) {
    const std::string_view line = values.next();
    for (const JsonPointer& pointer : pointers_) {
      const auto scalar = find_scalar(line, pointer);
      out.emplace_back(scalar ? scalar_text(scalar->raw, scalar->is_string, scratch_)
                              : std::string_view());
    }
    return;
  }
  values_.clear();
  for (const Place& place : places(batch, call.shape)) {
    if (!place.there) {
      out.emplace_back();
      continue;
    }
    while (values_.size() <= place.hole) values_.push_back(values.next());
    out.emplace_back(scalar_text(values_[place.hole], place.is_string, scratch_));
  }
}

const std::vector<ScalarReader::Place>& ScalarReader::places(const Batch& batch,
                                                             std::uint32_t shape) {
  std::vector<Places>& shapes = shapes_[&batch];
  if (shapes.empty()) shapes.resize(batch.shapes.size());
  Places& places = shapes[shape];
  if (places.known) return places.of_pointer;
  places.known = true;
  for (const JsonPointer& pointer : pointers_) {
    const auto scalar = find_scalar(batch.shapes[shape]->skeleton, pointer);
    places.of_pointer.push_back(scalar ? Place{scalar->ordinal, true, scalar->is_string} : Place{});
  }
  return places.of_pointer;
}

}  // namespace fortnight::storage
