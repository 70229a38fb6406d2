// An error in a request, worded for the person who wrote it.
#pragma once

#include <boost/system/result.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace fortnight::query {

struct RequestError {
  RequestError() = default;
  RequestError(std::string code_word, std::string text,
               std::optional<ErrorCode> of_store = std::nullopt)
      : code(std::move(code_word)), message(std::move(text)), cause(of_store) {}

  std::string code;                // one word, for programs
  std::string message;             // what is wrong, where, and what was expected
  std::optional<ErrorCode> cause;  // of an error of the store
};

// Called by `Parsed<T>::value()` when an error is a bug.
[[noreturn]] void throw_exception_from_error(const RequestError& error,
                                             const boost::source_location&);

template <typename T>
using Parsed = boost::system::result<T, RequestError>;

// An error "bad-request" whose message begins with the column, from 1.
RequestError bad_request(std::size_t column, std::string message);
// Translates an error of the store.
RequestError store_error(const Error& error);

// Returns "ERR <code> <message>" on one line. Line ends in the message are escaped, and the middle
// of a long message is left out.
std::string closing_line(const RequestError& error);

// Returns `; did you mean "…"?` with the nearest known name, or an empty string.
std::string did_you_mean(std::string_view name, const std::vector<std::string_view>& known);

}  // namespace fortnight::query
