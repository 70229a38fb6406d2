#include "tools/client/csv.h"

#include "tools/client/json.h"

namespace fortnight::client {
namespace {

std::string csv_value(std::string_view text) {
  if (text.find_first_of("\",\r\n") == std::string_view::npos) return std::string(text);
  std::string out = "\"";
  for (const char c : text) out.append(c == '"' ? 2 : 1, c);
  return out + '"';
}

std::string joined(const std::vector<std::string>& values) {
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
  for (;;) {
    const std::size_t comma = fields.find(',');
    names.emplace_back(fields.substr(0, comma));
    if (comma == std::string_view::npos) return names;
    fields.remove_prefix(comma + 1);
  }
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
