// The syntax of a request line: a verb, then values that stand alone and parameters.
//
//   VERB value key=value key=value,value key!=value key>=5 "/a key"="a \"value\", quoted"
//
// What the names mean is not known here.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "query/request_error.h"

namespace fortnight::query {

enum class Operator : std::uint8_t { equal, not_equal, less, less_equal, greater, greater_equal };

struct Value {
  std::string text;        // a JSON string decoded, anything else as it stands
  std::size_t column = 0;  // from 1, in bytes
};

struct Parameter {
  std::string name;  // empty: a value that stands alone
  Operator op = Operator::equal;
  std::vector<Value> values;  // at least one
  std::size_t column = 0;
};

struct Request {
  std::string verb;  // in capitals
  std::vector<Parameter> parameters;
};

// Whether the first thing behind the verb, which has an operator behind `name`, is a parameter.
// Else it is a value that stands alone: an ID may well have a "=" in it.
using IsParameter = std::function<bool(std::string_view name)>;

// `line` must be UTF-8.
Parsed<Request> parse_request(std::string_view line, const IsParameter& is_parameter);
// The verb alone, in capitals; empty where there is none.
std::string verb_of(std::string_view line);
// The line from behind its verb.
std::string_view behind_verb(std::string_view line);

}  // namespace fortnight::query
