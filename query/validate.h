// Tells what is wrong with a request, without running it.
#pragma once

#include <optional>

#include "query/service.h"

namespace fortnight::query {

// The error that the request would be answered with for its words; nothing if these are valid.
// Reads no calls. Errors that only reading shows, such as too many rows, aren't found.
std::optional<RequestError> validate(const Context& context, const RequestLine& line);

}  // namespace fortnight::query
