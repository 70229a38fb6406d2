#include "tools/client/csv.h"

#include "tools/client/json.h"
#include "tools/client/request_line.h"

namespace fortnight::client {
namespace {

std::string csv_value(std::string_view text) {
  if (text.find_first_of("\",\r\n") == std::string_view::npos) return std::string(text);
  std::string out = "\"";
  for (const char c : text) out.append(c == '"' ? 2 : 1, c);
  return out + '"';
}

std::string joined(const std::vector<std::string>& values) {
  // A line without anything in it is none to most readers.
  if (values.size() == 1 && values[0].empty()) return "\"\"\r\n";
  std::string line;
  for (std::size_t i = 0; i < values.size(); ++i) line += (i > 0 ? "," : "") + csv_value(values[i]);
  return line + "\r\n";
}

std::string cell_of(std::string_view json) {
  if (!json.starts_with('[')) return text_of(json);
  std::string out;
  for (const std::string& element : elements_of(json)) {
    out += (out.empty() ? "" : " ") + text_of(element);
  }
  return out;
}

}  // namespace

std::vector<std::string> split_fields(std::string_view fields) {
  std::vector<std::string> names;
  for (const std::string_view name : split_values(fields)) {
    names.push_back(name.starts_with('"') ? text_of(name) : std::string(name));
  }
  return names;
}

std::string csv_header(const std::vector<std::string>& fields) { return joined(fields); }

std::string csv_row(std::string_view row, const std::vector<std::string>& fields) {
  std::vector<std::string> values(fields.size());
  for (const Member& member : members_of(row)) {
    for (std::size_t i = 0; i < fields.size(); ++i) {
      if (fields[i] == member.key) values[i] = cell_of(member.value);
    }
  }
  return joined(values);
}

}  // namespace fortnight::client
