// The daemon's own log: one line per event on stderr, `time level=… msg="…" key=value …`.
//
// A repeated line is logged once in ten seconds, with `repeated=` for the number of suppressed
// ones. Thread-safe.
#pragma once

#include <concepts>
#include <initializer_list>
#include <string>
#include <string_view>

#include "config/config.h"

namespace fortnight::daemon {

struct LogField {
  std::string_view key;
  std::string value;

  LogField(std::string_view field_key, std::string field_value)
      : key(field_key), value(std::move(field_value)) {}
  LogField(std::string_view field_key, std::string_view field_value)
      : key(field_key), value(field_value) {}
  LogField(std::string_view field_key, const char* field_value)
      : key(field_key), value(field_value) {}
  LogField(std::string_view field_key, std::integral auto number)
      : key(field_key), value(std::to_string(number)) {}
};
using LogFields = std::initializer_list<LogField>;

void set_log_level(config::LogLevel level);

void log(config::LogLevel level, std::string_view message, LogFields fields = {});
inline void log_debug(std::string_view message, LogFields fields = {}) {
  log(config::LogLevel::debug, message, fields);
}
inline void log_info(std::string_view message, LogFields fields = {}) {
  log(config::LogLevel::info, message, fields);
}
inline void log_warning(std::string_view message, LogFields fields = {}) {
  log(config::LogLevel::warning, message, fields);
}
inline void log_error(std::string_view message, LogFields fields = {}) {
  log(config::LogLevel::error, message, fields);
}

// Formats the rest of a log line: `msg="…" key=value …`, quoted where a value needs it. External
// text can't start a new line.
std::string format_log(std::string_view message, LogFields fields);

}  // namespace fortnight::daemon
