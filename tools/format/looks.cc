#include "tools/format/looks.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string>

#include "base/ascii.h"
#include "base/civil_time.h"
#include "base/json_text.h"
#include "intake/identifiers.h"
#include "intake/time_text.h"

namespace fortnight::format {
namespace {

constexpr std::array<std::string_view, 9> kMethods = {
    "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "CONNECT", "TRACE"};
constexpr std::array<int, 24> kUsualStatuses = {200, 201, 202, 204, 206, 301, 302, 303,
                                                304, 307, 308, 400, 401, 403, 404, 405,
                                                409, 410, 422, 429, 500, 502, 503, 504};
// Longer texts are no IDs, methods or times.
constexpr std::size_t kLongest = 200;

bool is_method(std::string_view text) {
  return std::any_of(kMethods.begin(), kMethods.end(),
                     [&](std::string_view method) { return equal_without_case(text, method); });
}

bool is_path(std::string_view text) {
  if (text.find_first_of(" \t\n\"<>") != std::string_view::npos) return false;
  if (text.starts_with("http://") || text.starts_with("https://")) return true;
  return text.starts_with('/') && !text.starts_with("//");
}

bool is_route(std::string_view text) {
  return is_path(text) &&
         (text.find("/:") != std::string_view::npos || text.find("/{") != std::string_view::npos ||
          text.find("/<") != std::string_view::npos);
}

bool is_request_line(std::string_view text) {
  const std::size_t method = text.find(' ');
  const std::size_t path = text.rfind(' ');
  return method != std::string_view::npos && path > method && is_method(text.substr(0, method)) &&
         text.substr(path + 1).starts_with("HTTP/") &&
         is_path(text.substr(method + 1, path - method - 1));
}

std::optional<int> status_of(std::string_view text) {
  if (text.size() < 3 || !std::all_of(text.begin(), text.begin() + 3, is_digit)) return {};
  if (text.size() > 3 && text[3] != ' ' && text.substr(3) != ".0") return {};
  const int status = std::atoi(std::string(text.substr(0, 3)).c_str());
  return status >= 100 && status <= 599 ? std::optional<int>(status) : std::nullopt;
}

void look_for_time(std::string_view text, Looks& looks) {
  static thread_local intake::TimeParser parser(config::TimeFormat::automatic);
  static thread_local intake::TimeParser in_utc(config::TimeFormat::automatic, {}, "UTC");
  static const TimeNs from = *date_start({2000, 1, 1});
  static const TimeNs to = *date_start({2100, 1, 1});
  auto time = parser.parse(text);
  const bool lacks_zone = !time && parser.lacks_zone();
  if (lacks_zone) time = in_utc.parse(text);
  if (!time || time->ns < from || time->ns >= to) return;
  looks.time = time->ns;
  looks.lacks_zone = lacks_zone;
}

// Whether the text is an identifier as a whole. E-mail addresses and texts with blanks stand for
// people and things, not for calls.
bool is_random(std::string_view text) {
  constexpr std::size_t kMostRandom = 64;
  if (text.size() > kMostRandom || text.find_first_of(" @%/:") != std::string_view::npos) {
    return false;
  }
  const bool is_address = text.find_first_not_of("0123456789.") == std::string_view::npos;
  if (is_address) return false;
  const auto range = intake::find_identifier(text);
  return range && range->begin == 0 && range->end == text.size();
}

// 2026-01-15, v2, v1.4, 2.1.0
bool is_version(std::string_view text) {
  if (text.size() == 10 && day_from_string(text)) return true;
  const std::string_view digits = text.starts_with('v') ? text.substr(1) : text;
  const bool has_dot = digits.find('.') != std::string_view::npos;
  return !digits.empty() && digits.size() <= 12 && is_digit(digits.front()) &&
         is_digit(digits.back()) && (has_dot || digits.size() < text.size()) &&
         std::all_of(digits.begin(), digits.end(), [](char c) { return is_digit(c) || c == '.'; });
}

// 1.2ms, 12.3 µs, 0.012s
bool is_number_with_unit(std::string_view text) {
  const std::size_t end = std::min(text.find_first_not_of("0123456789."), text.size());
  std::string_view unit = text.substr(end);
  if (end == 0 || !is_digit(text.front()) || unit.empty()) return false;
  if (unit.front() == ' ') unit.remove_prefix(1);
  constexpr std::array<std::string_view, 7> kUnits = {"ns", "us", "µs", "μs", "ms", "s", "sec"};
  return std::find(kUnits.begin(), kUnits.end(), unit) != kUnits.end();
}

}  // namespace

Looks looks_of(const FlatValue& value) {
  Looks looks;
  const std::string_view text = value.text;
  if (value.is_null() || text.empty()) return looks;
  looks.number = is_json_number(text) && !text.starts_with('-');
  if (looks.number || (value.is_string && text.size() <= kLongest)) look_for_time(text, looks);
  if (const auto status = status_of(text)) {
    looks.status = true;
    looks.usual_status =
        std::find(kUsualStatuses.begin(), kUsualStatuses.end(), *status) != kUsualStatuses.end();
  }
  if (!value.is_string) return looks;
  looks.request_line = is_request_line(text);
  looks.path = is_path(text);
  looks.route = is_route(text);
  if (text.size() > kLongest) return looks;
  looks.method = is_method(text);
  looks.date = is_version(text);
  looks.identifier = !looks.number && !looks.time && is_random(text);
  looks.number_with_unit = is_number_with_unit(text);
  return looks;
}

}  // namespace fortnight::format
