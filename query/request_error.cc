#include "query/request_error.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/throw_exception.hpp>
#include <stdexcept>
#include <utility>

#include "base/utf8.h"
#include "config/nearest_name.h"

namespace fortnight::query {

namespace {

std::string code_word(ErrorCode code) {
  switch (code) {
    case ErrorCode::io:
      return "io";
    case ErrorCode::no_space:
      return "no-space";
    case ErrorCode::not_found:
      return "not-found";
    case ErrorCode::corrupt:
      return "damaged";
    case ErrorCode::unsupported:
      return "unsupported";
    case ErrorCode::invalid:
      return "bad-request";
    case ErrorCode::limit:
      return "limit";
    case ErrorCode::cancelled:
      return "cancelled";
    case ErrorCode::locked:
      return "locked";
  }
  return "internal";
}

// The useful parts of a message are at both ends; a value of up to 64 KB is cut in the middle.
std::string shortened(std::string message) {
  constexpr std::size_t kLongest = 1000;
  if (message.size() <= kLongest) return message;
  const std::string_view whole = message;
  const std::string_view head = whole.substr(0, kLongest / 2);
  std::size_t tail = whole.size() - kLongest / 2;
  while (tail < whole.size() && (static_cast<unsigned char>(whole[tail]) & 0xc0U) == 0x80) ++tail;
  return std::string(head.substr(0, valid_utf8_prefix(head)))
      .append("...")
      .append(whole.substr(tail));
}

}  // namespace

void throw_exception_from_error(const RequestError& error, const boost::source_location& where) {
  boost::throw_exception(std::runtime_error(error.message), where);
}

RequestError bad_request(std::size_t column, std::string message) {
  return {"bad-request", fmt::format("column {}: {}", column, message)};
}

RequestError store_error(const Error& error) {
  return {code_word(error.code), error.message, error.code};
}

std::string closing_line(const RequestError& error) {
  std::string line = "ERR " + error.code + " " + shortened(error.message);
  std::replace_if(
      line.begin(), line.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
  return line;
}

std::string did_you_mean(std::string_view name, const std::vector<std::string_view>& known) {
  const std::string_view nearest = config::nearest_name(name, known);
  return nearest.empty() ? std::string() : fmt::format("; did you mean \"{}\"?", nearest);
}

}  // namespace fortnight::query
