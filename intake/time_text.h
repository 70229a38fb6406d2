// A line's time, as producers write it, to an instant.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "config/format.h"
#include "storage/call/batch.h"

namespace fortnight::intake {

struct ParsedTime {
  TimeNs ns = 0;
  std::uint8_t digits = 0;  // of the second's fraction that the text had, 9 at the most
  storage::TimeText text = storage::TimeText::other;  // how it was written
};

// Parses texts of one format. Remembers the last date, as most lines are of the same day.
//
// Fractions beyond nanoseconds are cut off; second 60 is the last instant of second 59. Years 1678
// to 2261. Threads: one at a time.
class TimeParser {
 public:
  explicit TimeParser(config::TimeFormat format) : format_(format) {}
  // `text` is the scalar, decoded.
  std::optional<ParsedTime> parse(std::string_view text);

 private:
  std::optional<ParsedTime> parse_iso(std::string_view text, bool strict);
  std::optional<ParsedTime> parse_clf(std::string_view text);
  std::optional<TimeNs> date_start(std::string_view date);

  config::TimeFormat format_;
  char last_date_[10] = {};
  TimeNs last_start_ = 0;
};

}  // namespace fortnight::intake
