#include "query/request_error.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/throw_exception.hpp>
#include <numeric>
#include <stdexcept>
#include <utility>

#include "storage/base/utf8.h"

namespace fortnight::query {

namespace {

std::string code_word(storage::ErrorCode code) {
  switch (code) {
    case storage::ErrorCode::io:
      return "io";
    case storage::ErrorCode::no_space:
      return "no-space";
    case storage::ErrorCode::not_found:
      return "not-found";
    case storage::ErrorCode::corrupt:
      return "damaged";
    case storage::ErrorCode::unsupported:
      return "unsupported";
    case storage::ErrorCode::invalid:
      return "bad-request";
    case storage::ErrorCode::limit:
      return "limit";
    case storage::ErrorCode::cancelled:
      return "cancelled";
    case storage::ErrorCode::locked:
      return "locked";
  }
  return "internal";
}

// How many letters have to be put in, taken out, replaced or swapped with the next one; letters'
// case apart.
std::size_t distance(std::string_view a, std::string_view b) {
  const auto same = [](char x, char y) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    return lower(x) == lower(y);
  };
  std::vector<std::size_t> above2;
  std::vector<std::size_t> above(b.size() + 1);
  std::iota(above.begin(), above.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::vector<std::size_t> row(b.size() + 1, i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = above[j - 1] + (same(a[i - 1], b[j - 1]) ? 0 : 1);
      row[j] = std::min({replaced, above[j] + 1, row[j - 1] + 1});
      const bool swapped = i > 1 && j > 1 && same(a[i - 1], b[j - 2]) && same(a[i - 2], b[j - 1]);
      if (swapped) row[j] = std::min(row[j], above2[j - 2] + 1);
    }
    above2 = std::exchange(above, std::move(row));
  }
  return above.back();
}

// What is wrong stands at both ends of a message; a value of 64 KB needn't come back whole.
std::string shortened(std::string message) {
  constexpr std::size_t kLongest = 1000;
  if (message.size() <= kLongest) return message;
  const std::string_view whole = message;
  const std::string_view head = whole.substr(0, kLongest / 2);
  std::size_t tail = whole.size() - kLongest / 2;
  while (tail < whole.size() && (static_cast<unsigned char>(whole[tail]) & 0xc0U) == 0x80) ++tail;
  return std::string(head.substr(0, storage::valid_utf8_prefix(head)))
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

RequestError store_error(const storage::Error& error) {
  return {code_word(error.code), error.message};
}

std::string closing_line(const RequestError& error) {
  std::string line = "ERR " + error.code + " " + shortened(error.message);
  std::replace_if(
      line.begin(), line.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
  return line;
}

std::string_view nearest_name(std::string_view name, const std::vector<std::string_view>& known) {
  constexpr std::size_t kLongestName = 64;  // nothing longer is near any name of ours
  if (name.size() > kLongestName) return {};
  std::string_view nearest;
  // What is further away was not meant.
  std::size_t least = std::max<std::size_t>(name.size() / 3, 1) + 1;
  for (const std::string_view candidate : known) {
    const std::size_t steps = distance(name, candidate);
    if (steps < least) {
      least = steps;
      nearest = candidate;
    }
  }
  return nearest;
}

std::string did_you_mean(std::string_view name, const std::vector<std::string_view>& known) {
  const std::string_view nearest = nearest_name(name, known);
  return nearest.empty() ? std::string() : fmt::format("; did you mean \"{}\"?", nearest);
}

}  // namespace fortnight::query
