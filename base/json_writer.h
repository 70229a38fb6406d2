// Writes JSON on one line, always in UTF-8: invalid bytes become U+FFFD.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace fortnight {

// Appends to a string and puts commas between members and elements. Not thread-safe.
class JsonWriter {
 public:
  explicit JsonWriter(std::string& out) : out_(out) {}

  JsonWriter& open_object() { return open('{'); }
  JsonWriter& close_object() { return put('}'); }
  JsonWriter& open_array() { return open('['); }
  JsonWriter& close_array() { return put(']'); }
  JsonWriter& key(std::string_view name);

  JsonWriter& text(std::string_view value);
  JsonWriter& text_or_null(std::string_view value) { return value.empty() ? null() : text(value); }
  JsonWriter& number(std::uint64_t value);
  JsonWriter& fraction(double value);  // must be finite
  JsonWriter& boolean(bool value) { return raw(value ? "true" : "false"); }
  JsonWriter& null() { return raw("null"); }
  // Appends a value that is JSON already, unchanged.
  JsonWriter& raw(std::string_view json);

 private:
  JsonWriter& open(char bracket);
  JsonWriter& put(char c);
  void separate();

  std::string& out_;
};

// Appends `value` in quotes, escaped.
void append_json_string(std::string_view value, std::string& out);
std::string json_quoted(std::string_view value);

}  // namespace fortnight
