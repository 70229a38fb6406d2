// What container runtimes and log collectors put around a line. Pure functions on text.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "config/format.h"

namespace fortnight::intake {

// A line without its wrapping. Views of the line; what the wrapping doesn't tell is empty.
struct Unwrapped {
  std::string_view text;
  std::string_view time, host, program, process, stream;
  bool continues = false;  // the next line of the same stream continues the text
};

// "2026-11-20T08:15:30.123456789+01:00 stdout F TEXT"; P in place of F: the text continues.
std::optional<Unwrapped> unwrap_cri(std::string_view line);
// {"log":"TEXT\n","stream":"stdout","time":"2026-11-20T08:15:30.1Z"}, with these members only (and
// `attrs`). A text without its LF continues. `text` refers to `scratch` if it has escapes.
std::optional<Unwrapped> unwrap_docker(std::string_view line, std::string& scratch);
// "service-1  | TEXT"
std::optional<Unwrapped> unwrap_compose(std::string_view line);
// A header of RFC 5424 or 3164 (intake/syslog_header.h), or as rsyslog writes it to files, without
// a priority: "2026-11-20T08:15:30+01:00 host app[71]: TEXT". What it returns may refer to
// `scratch`.
std::optional<Unwrapped> unwrap_syslog(std::string_view line, std::string& scratch);
// Any text before the first brace.
std::optional<Unwrapped> unwrap_prefix(std::string_view line);

// By kind.
std::optional<Unwrapped> unwrap(config::Wrapping wrapping, std::string_view line,
                                std::string& scratch);

}  // namespace fortnight::intake
