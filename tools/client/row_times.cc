#include "tools/client/row_times.h"

#include "query/time_text.h"
#include "tools/client/cells.h"
#include "tools/client/json.h"

namespace fortnight::client {

std::string in_zone(std::string_view time, const query::TimeZone& zone) {
  const auto civil = query::parse_civil(time);
  if (!civil || !civil->date_ns || !civil->clock_ns || !civil->offset_ns) return std::string(time);
  return zone.format(*civil->date_ns + *civil->clock_ns - *civil->offset_ns);
}

std::string row_in_zone(std::string_view row, const query::TimeZone& zone) {
  std::string out;
  for (const Member& member : members_of(row)) {
    out += (out.empty() ? "{" : ",") + json_quoted(member.key) + ":";
    out += is_time(member.key) && member.value.starts_with('"')
               ? json_quoted(in_zone(text_of(member.value), zone))
               : member.value;
  }
  return out.empty() ? std::string(row) : out + "}";
}

}  // namespace fortnight::client
