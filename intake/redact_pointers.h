// The pointers of `redact.pointers`, followed through a line. They lead where the same pointers in
// filters lead (base/json_walk.h, find_scalars()): an array stands for each of its elements, and
// names of headers match in any case. Of duplicate names, each counts.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/json_walk.h"
#include "config/config.h"

namespace fortnight::intake {

class RedactPointers {
 public:
  // The beginnings of pointers that lead to a value: the number of the pointer, and how many of its
  // steps were taken.
  struct Beginning {
    std::uint32_t pointer;
    std::uint32_t steps;
  };
  using Place = std::vector<Beginning>;

  // The pointers must be valid.
  explicit RedactPointers(const config::Redact& redact);

  // The place of the line itself.
  [[nodiscard]] Place root() const;
  // The place of an object's member; `name` is decoded.
  [[nodiscard]] Place member(const Place& object, std::string_view name) const;
  // The place of an array's element, counted from 0.
  [[nodiscard]] Place element(const Place& array, std::uint32_t number) const;
  // Whether a whole pointer leads to the place.
  [[nodiscard]] bool redacts(const Place& place) const;

 private:
  std::vector<JsonPointer> pointers_;
};

}  // namespace fortnight::intake
