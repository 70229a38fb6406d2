// The syntax of a request line: a verb, then positional values and parameters.
//
//   VERB value key=value key=value,value key!=value key>=5 "/a key"="a \"value\", quoted"
//
// This module doesn't know the meaning of names.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "query/request_error.h"

namespace fortnight::query {

enum class Operator : std::uint8_t { equal, not_equal, less, less_equal, greater, greater_equal };

struct Value {
  std::string text;        // a JSON string decoded, otherwise the text as it is
  std::size_t column = 0;  // from 1, in bytes
};

struct Parameter {
  std::string name;  // empty: a positional value
  Operator op = Operator::equal;
  std::vector<Value> values;  // at least one
  std::size_t column = 0;
};

// Whether the first argument, which has the form of a parameter with this name, is one. If not, it
// is a positional value: an ID may contain "=".
using IsParameter = std::function<bool(std::string_view name)>;

// Parses `line` from `begin` on, the offset behind its verb. `line` must be valid UTF-8.
Parsed<std::vector<Parameter>> parse_arguments(std::string_view line, std::size_t begin,
                                               const IsParameter& is_parameter);

}  // namespace fortnight::query
