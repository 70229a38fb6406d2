// Reads the header that a syslog sender puts before its message: RFC 5424, RFC 3164, and what
// senders make of the latter. Pure functions on text.
//
//   <165>1 2026-11-20T12:00:00.5Z host app 7 ID47 [x@1 a="b"] {"ts":…}       RFC 5424
//   <190>Nov 20 12:00:00 host nginx: {"ts":…}                                RFC 3164
//   <134>Nov 20 12:00:00 haproxy[71]: {"ts":…}                               without a host
//   <14>2026-11-20T12:00:00+01:00 host app[7]: @cee: {"ts":…}                rsyslog
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace fortnight::intake {

// Views into the line; empty if absent, also if the header has "-" in their place.
struct SyslogHeader {
  std::uint32_t priority = 0;  // facility * 8 + severity
  bool structured = false;     // RFC 5424
  std::string_view time;       // as written
  std::string_view host;
  std::string_view app;  // the tag of RFC 3164
  std::string_view process;
  std::string_view message_id;
  std::string_view structured_data;  // with its brackets
  // Of the message in the line, behind a byte order mark, blanks and "@cee:".
  std::size_t message = 0;
};

// Nothing if the line doesn't begin with a priority, or if the header of RFC 5424 is cut.
std::optional<SyslogHeader> parse_syslog_header(std::string_view line);

}  // namespace fortnight::intake
