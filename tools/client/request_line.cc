#include "tools/client/request_line.h"

#include <algorithm>

#include "base/ascii.h"
#include "base/json_writer.h"
#include "base/utf8.h"

namespace fortnight::client {
namespace {

constexpr std::string_view kOperators = "=<>!";

// IDs in base64 end with "=": an argument of SHOW that ends with "=" is an ID, not a parameter.
bool stands_alone(std::string_view verb, std::string_view argument) {
  return (verb == "SHOW" || verb == "JOB") && argument.ends_with('=');
}

bool needs_quotes(std::string_view value) {
  return value.empty() || std::any_of(value.begin(), value.end(),
                                      [](char c) { return is_control(c) || c == ' ' || c == '"'; });
}

// As a JSON string. Other bytes than UTF-8 stay as they are, and the daemon rejects the request.
std::string quoted(std::string_view value) {
  return valid_utf8_prefix(value) == value.size() ? json_quoted(value) : std::string(value);
}

std::string quoted_if_needed(std::string_view value) {
  return needs_quotes(value) ? quoted(value) : std::string(value);
}

std::string value_list(std::string_view values) {
  std::string out;
  for (const std::string_view value : split_values(values)) {
    if (!out.empty()) out += ',';
    out += value.starts_with('"') ? std::string(value) : quoted_if_needed(value);
  }
  return out;
}

std::string argument_text(std::string_view argument) {
  if (argument.starts_with('"')) return std::string(argument);
  const std::size_t begin = argument.find_first_of(kOperators);
  if (begin == std::string_view::npos) return quoted_if_needed(argument);
  const std::size_t end = std::min(argument.find_first_not_of(kOperators, begin), argument.size());
  const std::string_view rest = argument.substr(end);
  std::string out = quoted_if_needed(argument.substr(0, begin));
  out += argument.substr(begin, end - begin);
  if (rest.starts_with('"')) return out.append(rest);
  // The text of text= and word= is one value, including commas.
  const std::string_view name = argument.substr(0, begin);
  if (name == "text" || name == "word") return out + quoted(rest);
  return out + value_list(rest);
}

}  // namespace

std::vector<std::string_view> split_values(std::string_view list) {
  std::vector<std::string_view> values;
  bool within = false;  // within a JSON string
  std::size_t begin = 0;
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (list[i] == '"' && (within || i == begin)) {
      within = !within;
    } else if (list[i] == '\\' && within) {
      ++i;
    } else if (list[i] == ',' && !within) {
      values.push_back(list.substr(begin, i - begin));
      begin = i + 1;
    }
  }
  values.push_back(list.substr(begin));
  return values;
}

std::string request_line(std::string_view verb, std::span<const std::string> arguments) {
  std::string line = upper(verb);
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const bool alone = i == 0 && stands_alone(line, arguments[0]);
    line.append(" ").append(alone ? quoted_if_needed(arguments[0]) : argument_text(arguments[i]));
  }
  return line;
}

}  // namespace fortnight::client
