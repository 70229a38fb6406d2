#include "tools/client/cells.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/number_text.h"
#include "tools/client/json.h"

namespace fortnight::client {
namespace {

// On narrower terminals times have seconds and no year.
constexpr std::size_t kShortTimes = 100;
constexpr std::size_t kShortTime = 15;  // "11-20 08:15:30Z"
constexpr std::size_t kLongTime = 24;   // "2026-11-20 08:15:30.123Z"

// "2026-11-20T08:15:30.123456Z" becomes milliseconds, with a space for the T.
std::string short_time(std::string time) {
  if (time.size() > 10 && time[10] == 'T') time[10] = ' ';
  const std::size_t point = time.find('.');
  if (point == std::string::npos) return time;
  const std::size_t end = std::min(time.find_first_not_of("0123456789", point + 1), time.size());
  if (end > point + 4) time.erase(point + 4, end - point - 4);
  return time;
}

std::string time_text(std::string time, const Terminal& terminal) {
  time = short_time(std::move(time));
  constexpr std::size_t year = 5;  // "2026-"
  constexpr std::size_t seconds = 19;
  if (terminal.width >= kShortTimes || time.size() <= seconds) return time;
  const std::size_t zone = std::min(time.find_first_of("Z+-", seconds), time.size());
  return time.substr(year, seconds - year) + time.substr(zone);
}

std::string text_for(std::string_view key, std::string_view json, const Terminal& terminal) {
  if (key == "error_rate") return percentage(number_of(json));
  if (key == "calls" || key == "errors" || key == "accounts" || key.starts_with("previous_")) {
    return with_commas(static_cast<std::uint64_t>(number_of(json)));
  }
  if (key == "duration_ms") return milliseconds(json);
  return is_time(key) ? time_text(text_of(json), terminal) : text_of(json);
}

Style style_for(std::string_view key, std::string_view json) {
  if (key == "status") return style_of_status(static_cast<int>(number_of(json)));
  if (key == "errors" && number_of(json) > 0) return Style::bad;
  if (key == "call_id" || key == "ref") return Style::faint;
  return Style::plain;
}

}  // namespace

std::string heading_of(std::string_view key) {
  if (key == "duration_ms") return "ms";
  if (key == "previous_calls") return "calls before";
  if (key == "previous_errors") return "errors before";
  if (key == "previous_rank") return "rank before";
  return key == "error_rate" ? "error rate" : std::string(key);
}

Cell cell_of(std::string_view key, std::string_view json, const Terminal& terminal) {
  if (json.empty() || json == "null") return {};
  return {text_for(key, json, terminal), style_for(key, json)};
}

bool is_time(std::string_view key) {
  return key == "ts" || key == "first" || key == "last" || key == "at";
}

std::size_t time_width(const Terminal& terminal) {
  return terminal.width >= kShortTimes ? kLongTime : kShortTime;
}

std::string milliseconds(std::string_view json) {
  if (json.empty() || json == "null") return {};
  return fmt::format("{:.2f}", number_of(json));
}

}  // namespace fortnight::client
