// Where JSON pointers lead in the calls of one part: looked up once a shape.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_walk.h"
#include "storage/part/block_reader.h"

namespace fortnight::storage {

// One a pointer and part. Not thread-safe.
class PointerPlaces {
 public:
  enum class Reach : std::uint8_t {
    one,  // as find_scalar() has it
    all,  // as find_scalars() has it
  };
  struct Place {
    std::uint32_t column = 0;
    std::uint32_t ordinal = 0;  // among the shape's holes of that column
    bool is_string = false;
  };

  // What is no pointer leads to the whole line, which is no scalar.
  explicit PointerPlaces(std::string_view pointer, Reach reach = Reach::one);

  // Of a shape that isn't kept whole, in the line's order; empty: the pointer leads nowhere.
  const std::vector<Place>& of(const BlockReader& block, std::uint32_t shape);
  // The scalar of a row's call, decoded; of Reach::one. An error shows in the block's status.
  std::string text(const BlockReader& block, std::uint32_t row);

 private:
  // Whether the values of a column of this path may be where the pointer leads: a shape without
  // such a column needs no walk.
  [[nodiscard]] bool may_lead_to(std::string_view path) const;
  [[nodiscard]] bool may_lead_into(const PartShape& shape) const;
  void look_at(const PartShapes& shapes);

  struct Places {
    bool known = false;
    std::vector<Place> places;
  };

  JsonPointer pointer_;
  Reach reach_;
  std::string outline_;                 // of the pointer's steps
  std::vector<Places> places_;          // by shape
  std::vector<std::uint32_t> columns_;  // of the part: those that it may lead to
};

// The error code of calls of one part: what the first of some pointers that leads to a text leads
// to. Not thread-safe.
class ErrorCodes {
 public:
  explicit ErrorCodes(const std::vector<std::string>& pointers)
      : pointers_(pointers.begin(), pointers.end()) {}

  // Empty where the call has none. An error shows in the block's status.
  std::string of(const BlockReader& block, std::uint32_t row);

 private:
  std::vector<PointerPlaces> pointers_;
};

}  // namespace fortnight::storage
