#include "tools/client/csv.h"

#include "base/csv.h"
#include "base/visible_text.h"
#include "tools/client/json.h"
#include "tools/client/request_line.h"

namespace fortnight::client {
namespace {

std::string fit(std::string text, CsvText form) {
  if (form.safe && is_formula(text)) text.insert(text.begin(), '\'');
  return form.visible ? visible_text(text) : text;
}

std::string joined(std::vector<std::string> values, CsvText form) {
  for (std::string& value : values) value = fit(std::move(value), form);
  std::string row;
  append_csv_row(values, row);
  return row;
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

std::string csv_header(const std::vector<std::string>& fields, CsvText form) {
  return joined(fields, form);
}

std::string csv_row(std::string_view row, const std::vector<std::string>& fields, CsvText form) {
  std::vector<std::string> values(fields.size());
  for (const Member& member : members_of(row)) {
    for (std::size_t i = 0; i < fields.size(); ++i) {
      if (fields[i] == member.key) values[i] = cell_of(member.value);
    }
  }
  return joined(std::move(values), form);
}

}  // namespace fortnight::client
