// The target of an HTTP request: its path and its parameters, decoded, without I/O.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "query/request_error.h"

namespace fortnight::daemon {

// A parameter as the line protocol would have it: name, operator, values.
struct WebParameter {
  std::string name;
  std::string op;                   // "=", "!=", "<", "<=", ">" or ">="
  std::vector<std::string> values;  // without quotes; empty: `text` has them
  std::string text = {};            // as a form has them: see split_values()
};

// Splits a value at commas outside of JSON strings, and decodes these. Returns at least one value.
// `name` is that of the parameter, for errors.
query::Parsed<std::vector<std::string>> split_values(std::string_view text, std::string_view name);

struct Target {
  std::vector<std::string> path;  // decoded segments; "/" has none
  std::string_view raw_path;      // as received, without the query string
  std::string_view query;         // as received, without "?"
};

// Decodes percent-escapes, and, in a form, "+" as a space. Returns an error if an escape is
// incomplete or the result isn't UTF-8. `what` names the text in the error's message.
query::Parsed<std::string> percent_decoded(std::string_view text, bool form, std::string_view what);
// Encodes everything but unreserved characters.
std::string percent_encoded(std::string_view text);

// Views into `target`, which must be in origin form ("/path?query") or absolute form.
query::Parsed<Target> parse_target(std::string_view target);

// Parses a query string or a form's body.
query::Parsed<std::vector<WebParameter>> parse_form(std::string_view form);
// Parses a body of JSON: one object.
query::Parsed<std::vector<WebParameter>> parse_json_form(std::string_view body);

}  // namespace fortnight::daemon
