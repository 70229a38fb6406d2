#include "intake/logfmt.h"

#include <algorithm>
#include <utility>

#include "base/ascii.h"
#include "base/json_text.h"
#include "base/json_writer.h"

namespace fortnight::intake {
namespace {

bool is_name_character(char c) {
  return static_cast<unsigned char>(c) > ' ' && c != '=' && c != '"' && c != 0x7f;
}

// The value in quotes at the front of `line`, which it removes; without its end, the rest is taken.
std::string take_quoted_value(std::string_view& line) {
  std::string value;
  line.remove_prefix(1);
  while (!line.empty() && line.front() != '"') {
    if (line.front() != '\\' || line.size() == 1) {
      value.push_back(line.front());
      line.remove_prefix(1);
      continue;
    }
    if (const std::size_t escape = escape_length(line)) {
      std::string scratch;
      value.append(decode_json_string(line.substr(0, escape), scratch));
      line.remove_prefix(escape);
    } else {
      value.push_back(line[1]);
      line.remove_prefix(2);
    }
  }
  if (!line.empty()) line.remove_prefix(1);
  return value;
}

}  // namespace

void append_logfmt_as_json(std::string_view line, std::string& out) {
  out.push_back('{');
  bool first = true;
  const auto begin_member = [&](std::string_view name) {
    if (!std::exchange(first, false)) out.push_back(',');
    out.append(json_quoted(name)).push_back(':');
  };
  while (!line.empty()) {
    const auto end = std::find_if_not(line.begin(), line.end(), is_name_character);
    const std::string_view name = line.substr(0, static_cast<std::size_t>(end - line.begin()));
    if (name.empty()) {
      line.remove_prefix(1);
      continue;
    }
    line.remove_prefix(name.size());
    begin_member(name);
    if (!line.starts_with('=')) {
      out.append("true");
      continue;
    }
    line.remove_prefix(1);
    if (line.starts_with('"')) {
      out.append(json_quoted(take_quoted_value(line)));
      continue;
    }
    const auto blank = std::find_if(line.begin(), line.end(), is_blank);
    const std::string_view value = line.substr(0, static_cast<std::size_t>(blank - line.begin()));
    line.remove_prefix(value.size());
    out.append(is_json_scalar(value) ? std::string(value) : json_quoted(value));
  }
  out.push_back('}');
}

}  // namespace fortnight::intake
