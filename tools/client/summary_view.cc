#include "tools/client/summary_view.h"

#include "base/time_zone.h"
#include "tools/client/json.h"
#include "tools/client/row_times.h"

namespace fortnight::client {

std::string minute_of(std::string time) {
  constexpr std::size_t minutes = 16;
  constexpr std::size_t day = 10;
  if (time.size() > minutes) time.resize(minutes);
  if (time.size() > day) time[day] = ' ';
  return time;
}

std::string compared_with(std::string_view summary, const Terminal& terminal) {
  const std::string previous = member_of(summary, "previous");
  if (previous.empty()) return {};
  std::string line = "Compared with " + minute_of(text_of(member_of(previous, "from"))) + " to " +
                     minute_of(text_of(member_of(previous, "to")));
  const std::string days = text_of(member_of(previous, "days_before"));
  if (!days.empty()) line += ", " + days + (days == "1" ? " day before" : " days before");
  if (member_of(previous, "complete") == "false") line += "; not all of it is kept";
  return terminal.styled(line, Style::faint) + "\n";
}

std::string nearest_match(std::string_view summary, const Terminal& terminal) {
  std::string time = text_of(member_of(member_of(summary, "nearest"), "ts"));
  if (time.empty()) return {};
  const auto zone = TimeZone::find(text_of(member_of(summary, "tz")));
  if (zone) time = in_zone(time, *zone);
  const std::string line =
      "The nearest match is at " + minute_of(time) + ": date=" + time.substr(0, 10);
  return terminal.styled(line, Style::faint) + "\n";
}

}  // namespace fortnight::client
