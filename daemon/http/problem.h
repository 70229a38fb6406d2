// Errors of the API as problem documents (RFC 9457).
#pragma once

#include <string>

#include "query/request_error.h"

namespace fortnight::daemon {

struct Problem {
  Problem() = default;
  // The status is the one of the error's code.
  Problem(query::RequestError of);  // NOLINT(google-explicit-constructor)
  Problem(unsigned with_status, std::string code, std::string message)
      : status(with_status), error(std::move(code), std::move(message)) {}

  unsigned status = 500;
  query::RequestError error;
  std::string request;    // as a line of the line protocol; empty if there is none
  std::string parameter;  // at the error's column; empty if there is none
  std::string counts;     // a link to what still exists of a dropped call; empty if there is none
  // Whether the same request may succeed later: the answer has Retry-After.
  [[nodiscard]] bool temporary() const { return status == 503 || status == 429; }
};

// Seconds of Retry-After, unless the error says when.
inline constexpr unsigned kRetryAfter = 2;

// The name of a status: "Not Found".
std::string_view reason_of(unsigned status);
std::string problem_json(const Problem& problem);

}  // namespace fortnight::daemon
