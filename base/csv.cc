#include "base/csv.h"

namespace fortnight {
namespace {

void append_value(std::string_view text, std::string& out) {
  if (text.find_first_of("\",\r\n") == std::string_view::npos) {
    out += text;
    return;
  }
  out += '"';
  for (const char c : text) out.append(c == '"' ? 2 : 1, c);
  out += '"';
}

}  // namespace

void append_csv_row(std::span<const std::string> values, std::string& out) {
  if (values.size() == 1 && values[0].empty()) out += "\"\"";
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (i > 0) out += ',';
    append_value(values[i], out);
  }
  out += "\r\n";
}

bool is_formula(std::string_view text) {
  constexpr std::string_view kBegins = "=+-@\t\r";
  return !text.empty() && kBegins.find(text[0]) != std::string_view::npos;
}

}  // namespace fortnight
