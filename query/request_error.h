// What is wrong with a request, for the person who wrote it.
#pragma once

#include <boost/system/result.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace fortnight::query {

struct RequestError {
  RequestError() = default;
  RequestError(std::string code_word, std::string text)
      : code(std::move(code_word)), message(std::move(text)) {}

  std::string code;     // a word: what a program may tell errors by
  std::string message;  // what, where, and what was expected
};

// Lets `Parsed<T>::value()` throw something with a message where an error is a bug.
[[noreturn]] void throw_exception_from_error(const RequestError& error,
                                             const boost::source_location&);

template <typename T>
using Parsed = boost::system::result<T, RequestError>;

// "bad-request", with the column of the line (from 1) in front of the message.
RequestError bad_request(std::size_t column, std::string message);
// What the store said.
RequestError store_error(const Error& error);

// "ERR <code> <message>", on one line whatever the message holds, with the middle of a long one
// left out.
std::string closing_line(const RequestError& error);

// `; did you mean "…"?` with the known name that is near, or nothing.
std::string did_you_mean(std::string_view name, const std::vector<std::string_view>& known);

}  // namespace fortnight::query
