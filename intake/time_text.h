// Parses a line's time, in the formats that producers use.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/civil_text.h"
#include "config/format.h"
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
  explicit TimeParser(config::TimeFormat format) : format_(format) {}
  // `text` is the decoded scalar.
  std::optional<ParsedTime> parse(std::string_view text);

 private:
  std::optional<ParsedTime> parse_iso(std::string_view text, bool strict);

  config::TimeFormat format_;
  DateTimeReader reader_;
};

}  // namespace fortnight::intake
