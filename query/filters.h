// Translates a request's filters to the engine's predicates.
#pragma once

#include <string_view>
#include <vector>

#include "query/request.h"
#include "query/service.h"
#include "storage/call/predicate.h"
#include "storage/reject.h"

namespace fortnight::query {

struct ParsedRequest;

// Returns the predicates of a filter (nearly always one). `parameter.name` must be one of
// filter_names() or a JSON pointer.
Parsed<std::vector<storage::Predicate>> filter_of(const Parameter& parameter,
                                                  const Context& context);

// The error for a name or field that begins with "/" and isn't a JSON pointer.
RequestError no_pointer(std::size_t column, std::string_view text);

// Compiles `text`, in which `*` matches any run of characters, `\*` is a star and `\\` a backslash.
storage::TextPattern pattern_of(std::string_view text);
// A pattern that matches `text` exactly.
storage::TextPattern exactly(std::string_view text);

// The tests of an option whose values are patterns; none if it isn't given.
std::vector<storage::TextTest> text_tests(const ParsedRequest& request, std::string_view option);

// Whether the predicate filters by IDs, of any or of one kind.
bool asks_for_ids(const storage::Predicate& predicate);

}  // namespace fortnight::query
