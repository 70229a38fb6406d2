// Resolves JSON pointers in the calls of one part, once per shape.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_walk.h"
#include "storage/part/block_reader.h"

namespace fortnight::storage {

// One per pointer and part. Not thread-safe.
class PointerPlaces {
 public:
  enum class Reach : std::uint8_t {
    one,  // like find_scalar()
    all,  // like find_scalars()
  };
  struct Place {
    std::uint32_t column = 0;
    std::uint32_t ordinal = 0;  // among the shape's holes of that column
    bool is_string = false;
  };

  // A text that isn't a pointer leads to the whole line, which is not a scalar.
  explicit PointerPlaces(std::string_view pointer, Reach reach = Reach::one);

  // The places in a shape that isn't plain, in the line's order; empty if the pointer leads
  // nowhere.
  const std::vector<Place>& of(const BlockReader& block, std::uint32_t shape);
  // The decoded scalar of a row's call, for Reach::one. Errors are in the block's status.
  std::string text(const BlockReader& block, std::uint32_t row);

 private:
  // Whether the pointer may lead to values of a column with this path. A shape without such a
  // column isn't walked.
  [[nodiscard]] bool may_lead_to(std::string_view path) const;
  [[nodiscard]] bool may_lead_into(const PartShape& shape) const;
  void look_at(const PartShapes& shapes);

  struct Places {
    bool known = false;
    std::vector<Place> places;
  };

  JsonPointer pointer_;
  Reach reach_;
  std::string path_;                    // the pointer's steps, decoded
  std::vector<Places> places_;          // by shape
  std::vector<std::uint32_t> columns_;  // columns of the part that it may lead to
};

// The error codes of the calls of one part: the first text that isn't empty, of the scalars at some
// pointers. Not thread-safe.
class ErrorCodes {
 public:
  explicit ErrorCodes(const std::vector<std::string>& pointers)
      : pointers_(pointers.begin(), pointers.end()) {}

  // Empty if the call has none. Errors are in the block's status.
  std::string of(const BlockReader& block, std::uint32_t row);

 private:
  std::vector<PointerPlaces> pointers_;
};

}  // namespace fortnight::storage
