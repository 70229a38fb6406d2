// Where values are: JSON pointers with selections in arrays, parts and constants.
//
//   /a/b            RFC 6901
//   /a/*            any element of the array
//   /a/[name=X]/v   the elements whose member `name` is X, in any case; [0=X] of pairs
//   /a/[=X]         the element after one that is X
//   $host  =GET     a part, a constant
//
// A selection selects in arrays only. In an object it is the name of a member, like any other step.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fortnight::config {

struct PointerStep {
  enum class Kind : std::uint8_t { name, any, select };
  Kind kind = Kind::name;
  std::string name;    // the whole step: a member's name, or an element's number
  std::string member;  // of a selection; empty: of [=X]
  std::string wanted;  // of a selection
};

// Nothing if the text isn't a pointer.
std::optional<std::vector<PointerStep>> parse_steps(std::string_view pointer);

enum class ValueKind : std::uint8_t { pointer, part, constant };
// Nothing if the text is none of them.
std::optional<ValueKind> value_kind(std::string_view text);

}  // namespace fortnight::config
