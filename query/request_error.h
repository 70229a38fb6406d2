// An error in a request, worded for the person who wrote it.
#pragma once

#include <boost/system/result.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"

namespace fortnight::query {

struct RequestError {
  RequestError() = default;
  RequestError(std::string code_word, std::string text,
               std::optional<ErrorCode> of_store = std::nullopt)
      : code(std::move(code_word)), message(std::move(text)), cause(of_store) {}

  std::string code;                // one word, for programs
  std::string message;             // what is wrong, where, and what was expected
  std::optional<ErrorCode> cause;  // of an error of the store
  std::size_t column = 0;          // in the request line, from 1, in bytes; 0: not at one place
  std::string nearest;             // the nearest known name, if a name is unknown
  bool temporary = false;          // the same request may succeed later
  std::uint32_t retry_after = 0;   // seconds until then; 0: not known
};

// Called by `Parsed<T>::value()` when an error is a bug.
[[noreturn]] void throw_exception_from_error(const RequestError& error,
                                             const boost::source_location&);

template <typename T>
using Parsed = boost::system::result<T, RequestError>;

// An error "bad-request" whose message begins with the column, from 1.
RequestError bad_request(std::size_t column, std::string message, std::string_view nearest = {});
// An error "limit" of a request that may succeed later.
RequestError too_busy(std::string message);
// An error "rate" of a request whose turn didn't come, because its client has too many others.
RequestError too_many_at_once(std::string message);
// An error "rate" of a client that has given too many wrong tokens, passwords or codes. `wait`:
// until its next try.
RequestError too_many_tries(TimeNs wait);
// Translates an error of the store.
RequestError store_error(const Error& error);
// The error for an answer that isn't sent because the audit can't be written.
RequestError not_recorded(const Error& error);

// The end of an answer.
struct Closing {
  Closing() = default;
  // "ERR <code> <message>" on one line: control characters of the message become blanks, and the
  // middle of a long message is left out.
  Closing(RequestError failed);  // NOLINT(google-explicit-constructor)
  // `ok`: "OK {…}".
  explicit Closing(std::string ok) : line(std::move(ok)) {}

  std::string line;  // without a line end
  std::optional<RequestError> error;
  // The summary as JSON. Requires that there is no error.
  [[nodiscard]] std::string_view summary() const { return std::string_view(line).substr(3); }
};

std::string closing_line(const RequestError& error);

// Returns `; did you mean "…"?`, or an empty string if nothing is near.
std::string did_you_mean(std::string_view nearest);

}  // namespace fortnight::query
