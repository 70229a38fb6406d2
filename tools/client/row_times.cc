#include "tools/client/row_times.h"

#include "base/civil_text.h"
#include "base/json_writer.h"
#include "tools/client/cells.h"
#include "tools/client/json.h"

namespace fortnight::client {

std::string in_zone(std::string_view time, const TimeZone& zone) {
  const auto civil = parse_civil(time);
  if (!civil || !civil->date_ns || !civil->clock_ns || !civil->offset_ns) return std::string(time);
  return zone.format(*civil->date_ns + *civil->clock_ns - *civil->offset_ns);
}

std::string row_in_zone(std::string_view row, const TimeZone& zone) {
  const std::vector<Member> members = members_of(row);
  if (members.empty()) return std::string(row);
  std::string out;
  JsonWriter writer(out);
  writer.open_object();
  for (const Member& member : members) {
    writer.key(member.key);
    if (is_time(member.key) && member.value.starts_with('"')) {
      writer.text(in_zone(text_of(member.value), zone));
    } else {
      writer.raw(member.value);
    }
  }
  writer.close_object();
  return out;
}

}  // namespace fortnight::client
