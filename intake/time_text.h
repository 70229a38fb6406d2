// Parses a line's time, in the formats that producers use.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/civil_text.h"
#include "base/time_zone.h"
#include "config/format.h"
#include "intake/written_time.h"
#include "storage/call/batch.h"

namespace fortnight::intake {

struct ParsedTime {
  TimeNs ns = 0;
  std::uint8_t digits = 0;  // decimal places of the text's seconds, at most 9
  storage::TimeText text = storage::TimeText::other;  // how the text was written
};

// Parses texts of one format. Fractions below a nanosecond are cut off. Second 60 is the last
// instant of second 59. Years 1678 to 2261. Not thread-safe.
class TimeParser {
 public:
  // `pattern` is used by TimeFormat::pattern. `zone` is that of times without an offset, and may be
  // empty (config::Format).
  explicit TimeParser(config::TimeFormat format, std::string pattern = {},
                      const std::string& zone = {});
  // `text` is the decoded scalar. `now` decides the year of times that have none: the one that
  // makes the time the latest that isn't more than a day ahead.
  std::optional<ParsedTime> parse(std::string_view text, TimeNs now = 0);
  // Whether the last text wasn't a time only because it has no offset, and there is no zone.
  [[nodiscard]] bool lacks_zone() const { return lacks_zone_; }

 private:
  std::optional<ParsedTime> parse_auto(std::string_view text, TimeNs now);
  std::optional<ParsedTime> parse_iso(std::string_view text, bool strict);
  std::optional<ParsedTime> parse_slashes(std::string_view text);
  std::optional<ParsedTime> parse_clf(std::string_view text);
  std::optional<ParsedTime> from(const std::optional<WrittenTime>& written, TimeNs now);
  std::optional<ParsedTime> with_offset(ParsedTime time, std::string_view rest);
  std::optional<ParsedTime> in_zone(ParsedTime time);

  config::TimeFormat format_;
  std::string pattern_;
  std::optional<TimeNs> fixed_offset_;
  std::optional<TimeZone> zone_;
  DateTimeReader reader_;
  bool lacks_zone_ = false;
};

}  // namespace fortnight::intake
