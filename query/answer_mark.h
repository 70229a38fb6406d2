// Tells whether an answer is still the one that a client has, without making it.
#pragma once

#include <cstdint>
#include <optional>

#include "query/service.h"

namespace fortnight::query {

// A number that is the same for as long as the request's answer is, if it has rows of calls: it
// depends on the files of the period, on the request, on the rules of its time zone, and on the
// settings in the context. Nothing if the answer may change at any time, for example because a day
// of its period isn't sealed, and if the request has an error. Reads no calls.
std::optional<std::uint64_t> answer_mark(const Context& context, const RequestLine& line);

}  // namespace fortnight::query
