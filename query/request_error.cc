#include "query/request_error.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/throw_exception.hpp>
#include <stdexcept>
#include <utility>

#include "base/utf8.h"

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

RequestError bad_request(std::size_t column, std::string message, std::string_view nearest) {
  RequestError error{"bad-request", fmt::format("column {}: {}", column, message)};
  error.column = column;
  error.nearest = nearest;
  return error;
}

RequestError too_busy(std::string message) {
  RequestError error{"limit", std::move(message)};
  error.temporary = true;
  return error;
}

RequestError too_many_at_once(std::string message) {
  RequestError error{"rate", std::move(message)};
  error.temporary = true;
  return error;
}

RequestError too_many_tries(TimeNs wait) {
  const TimeNs seconds = std::clamp<TimeNs>((wait + kNsPerSecond - 1) / kNsPerSecond, 1, 86'400);
  RequestError error = too_many_at_once(
      fmt::format("too many wrong tries; the next one is possible in {} seconds", seconds));
  error.retry_after = static_cast<std::uint32_t>(seconds);
  return error;
}

RequestError store_error(const Error& error) {
  return {code_word(error.code), error.message, error.code};
}

Closing::Closing(RequestError failed) : error(std::move(failed)) {
  error->message = shortened(std::move(error->message));
  std::replace_if(
      error->message.begin(), error->message.end(),
      [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
  line = "ERR " + error->code + " " + error->message;
}

RequestError not_recorded(const Error& error) {
  return {"io", "nothing is shown, because the audit can't be written: " + error.message};
}

std::string closing_line(const RequestError& error) { return Closing(error).line; }

std::string did_you_mean(std::string_view nearest) {
  return nearest.empty() ? std::string() : fmt::format("; did you mean \"{}\"?", nearest);
}

}  // namespace fortnight::query
