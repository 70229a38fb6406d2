#include "intake/wrapping.h"

#include <algorithm>

#include "base/ascii.h"
#include "base/civil_text.h"
#include "base/json_text.h"
#include "intake/syslog_header.h"

namespace fortnight::intake {
namespace {

// Maximum length of the name of a container.
constexpr std::size_t kMaxContainerName = 128;

// A JSON string at the front of `text`: the text between its quotes.
std::optional<std::string_view> take_json_string(std::string_view& text) {
  if (!text.starts_with('"')) return std::nullopt;
  std::size_t end = 1;
  while (end < text.size() && text[end] != '"') end += text[end] == '\\' ? 2 : 1;
  if (end >= text.size()) return std::nullopt;
  const std::string_view content = text.substr(1, end - 1);
  text.remove_prefix(end + 1);
  return content;
}

// Skips an object of strings, such as {"tag":"web"}.
bool skip_attributes(std::string_view& text) {
  if (!take_char(text, '{')) return false;
  while (!take_char(text, '}')) {
    take_char(text, ',');
    if (!take_json_string(text) || !take_char(text, ':') || !take_json_string(text)) return false;
  }
  return true;
}

// A time of RFC 3339 and the space after it.
std::optional<std::string_view> take_timestamp(std::string_view& text) {
  const std::string_view whole = text;
  DateTimeReader reader;
  if (!reader.take(text, false) || !take_offset(text, false)) return std::nullopt;
  const std::string_view time = whole.substr(0, whole.size() - text.size());
  return take_char(text, ' ') ? std::optional(time) : std::nullopt;
}

// "Nov 20 08" or "2026-11-2"
bool begins_syslog_time(std::string_view line) {
  constexpr std::size_t kLeast = 9;
  if (line.size() < kLeast) return false;
  if (is_digit(line[0])) return line[4] == '-' && line[7] == '-';
  return line[3] == ' ' && take_month_name(line) != 0;
}

}  // namespace

std::optional<Unwrapped> unwrap_cri(std::string_view line) {
  if (line.empty() || !is_digit(line.front())) return std::nullopt;
  const auto time = take_timestamp(line);
  if (!time) return std::nullopt;
  Unwrapped out;
  out.time = *time;
  out.stream = line.substr(0, 6);
  if (out.stream != "stdout" && out.stream != "stderr") return std::nullopt;
  line.remove_prefix(out.stream.size());
  if (!take_char(line, ' ')) return std::nullopt;
  // Tags, separated by colons; the first says whether the text is whole.
  const std::size_t end = std::min(line.find(' '), line.size());
  const std::string_view tags = line.substr(0, end);
  const std::string_view first = tags.substr(0, tags.find(':'));
  if (first != "F" && first != "P") return std::nullopt;
  out.continues = first == "P";
  out.text = line.substr(std::min(end + 1, line.size()));
  return out;
}

std::optional<Unwrapped> unwrap_docker(std::string_view line, std::string& scratch) {
  while (!line.empty() && is_blank(line.back())) line.remove_suffix(1);
  if (!take_char(line, '{')) return std::nullopt;
  Unwrapped out;
  bool has_log = false;
  do {
    const auto name = take_json_string(line);
    if (!name || !take_char(line, ':')) return std::nullopt;
    if (*name == "attrs") {
      if (!skip_attributes(line)) return std::nullopt;
      continue;
    }
    const auto value = take_json_string(line);
    if (!value) return std::nullopt;
    if (*name == "log") {
      has_log = true;
      out.text = decode_json_string(*value, scratch);
    } else if (*name == "stream") {
      out.stream = *value;
    } else if (*name == "time") {
      out.time = *value;
    } else {
      return std::nullopt;
    }
  } while (take_char(line, ','));
  if (line != "}" || !has_log || (out.stream.empty() && out.time.empty())) return std::nullopt;
  out.continues = !out.text.ends_with('\n');
  while (out.text.ends_with('\n') || out.text.ends_with('\r')) out.text.remove_suffix(1);
  return out;
}

std::optional<Unwrapped> unwrap_compose(std::string_view line) {
  const std::size_t bar = line.substr(0, kMaxContainerName).find('|');
  if (bar == std::string_view::npos) return std::nullopt;
  std::string_view name = line.substr(0, bar);
  if (!name.ends_with(' ')) return std::nullopt;
  while (name.ends_with(' ')) name.remove_suffix(1);
  const auto fits = [](char c) { return is_alphanumeric(c) || c == '-' || c == '_' || c == '.'; };
  if (name.empty() || !std::all_of(name.begin(), name.end(), fits)) return std::nullopt;
  Unwrapped out;
  out.program = name;
  out.text = line.substr(bar + 1);
  take_char(out.text, ' ');
  return out;
}

std::optional<Unwrapped> unwrap_syslog(std::string_view line, std::string& scratch) {
  const bool in_file = !line.starts_with('<');
  if (in_file) {
    if (!begins_syslog_time(line)) return std::nullopt;
    scratch = "<0>" + std::string(line);
    line = scratch;
  }
  const std::optional<SyslogHeader> header = parse_syslog_header(line);
  if (!header || (in_file && (header->time.empty() || header->app.empty()))) return std::nullopt;
  Unwrapped out;
  out.text = line.substr(header->message);
  out.time = header->time;
  out.host = header->host;
  out.program = header->app;
  out.process = header->process;
  return out;
}

std::optional<Unwrapped> unwrap_prefix(std::string_view line) {
  const std::size_t brace = line.find('{');
  if (brace == std::string_view::npos || brace == 0) return std::nullopt;
  Unwrapped out;
  out.text = line.substr(brace);
  return out;
}

std::optional<Unwrapped> unwrap(config::Wrapping wrapping, std::string_view line,
                                std::string& scratch) {
  switch (wrapping) {
    case config::Wrapping::cri:
      return unwrap_cri(line);
    case config::Wrapping::docker:
      return unwrap_docker(line, scratch);
    case config::Wrapping::compose:
      return unwrap_compose(line);
    case config::Wrapping::syslog:
      return unwrap_syslog(line, scratch);
    case config::Wrapping::prefix:
      return unwrap_prefix(line);
  }
  return std::nullopt;
}

}  // namespace fortnight::intake
