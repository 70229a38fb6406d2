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
  for (const Place& place : places(shape)) {
    if (!place.there) {
      out.emplace_back();
      continue;
    }
    while (values_.size() <= place.hole) values_.push_back(values.next());
    out.emplace_back(scalar_text(values_[place.hole], place.is_string, scratch_));
  }
}

const std::vector<ScalarReader::Place>& ScalarReader::places(const Shape& shape) {
  const auto [known, added] = places_.try_emplace(&shape);
  if (!added) return known->second;
  for (const JsonPointer& pointer : pointers_) {
    const auto scalar = find_scalar(shape.skeleton, pointer);
    known->second.push_back(scalar ? Place{scalar->ordinal, true, scalar->is_string} : Place{});
  }
  return known->second;
}

}  // namespace fortnight::storage
