// Filters: from a request's parameters to the engine's predicates.
#pragma once

#include <string_view>
#include <vector>

#include "query/request.h"
#include "query/service.h"
#include "storage/call/predicate.h"

namespace fortnight::query {

// The predicates that a filter makes (nearly always one). `parameter.name` is one of filter_names()
// or a JSON pointer.
Parsed<std::vector<storage::Predicate>> filter_of(const Parameter& parameter,
                                                  const Context& context);

// What to say of a name or field that begins with "/" and is no JSON pointer.
RequestError no_pointer(std::size_t column, std::string_view text);

// `text` with `*` for any run; `\*` is a star and `\\` a backslash.
storage::TextPattern pattern_of(std::string_view text);
// Text that stands for itself alone.
storage::TextPattern exactly(std::string_view text);

// Whether a filter asks for IDs of any or some kind.
bool asks_for_ids(const storage::Predicate& predicate);

}  // namespace fortnight::query
