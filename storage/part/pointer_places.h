// Where a JSON pointer leads in the calls of one part: looked up once a shape.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/call/json_walk.h"
#include "storage/part/block_reader.h"

namespace fortnight::storage {

// One a pointer and part. Not thread-safe.
class PointerPlaces {
 public:
  struct Place {
    bool known = false;
    std::optional<JsonScalar> scalar;  // of the skeleton; nothing: the pointer leads nowhere
    std::uint32_t column = 0;
    std::uint32_t ordinal = 0;  // among the shape's holes of that column
  };

  // What is no pointer leads to the whole line, which is no scalar.
  explicit PointerPlaces(std::string_view pointer);

  // Of a shape that isn't kept whole.
  const Place& of(const BlockReader& block, std::uint32_t shape);
  // The scalar of a row's call, as predicates see it. An error shows in the block's status.
  std::string text(const BlockReader& block, std::uint32_t row);

 private:
  // Whether the values of a column of this path may be where the pointer leads: a shape without
  // such a column needs no walk. `joined` are the pointer's steps as a path of no arrays.
  [[nodiscard]] bool may_lead_to(std::string_view path, std::string_view joined) const;
  [[nodiscard]] bool may_lead_into(const PartShape& shape) const;
  void look_at(const PartShapes& shapes);

  JsonPointer pointer_;
  bool may_index_ = false;              // a step may be a place in an array
  std::vector<Place> places_;           // by shape
  std::vector<std::uint32_t> columns_;  // of the part: those that it may lead to
};

}  // namespace fortnight::storage
