#include "base/json_writer.h"

#include <fmt/format.h>

#include <cmath>
#include <iterator>

#include "base/require.h"
#include "base/utf8.h"

namespace fortnight {

namespace {

// The length of the longest prefix that needs no escapes in a JSON string. UTF-8 is not checked.
std::size_t plain_prefix(std::string_view text) {
  std::size_t length = 0;
  while (length < text.size()) {
    const auto byte = static_cast<unsigned char>(text[length]);
    if (byte < 0x20 || byte == '"' || byte == '\\' || byte == 0x7f) break;
    ++length;
  }
  return length;
}

void append_escaped(char c, std::string& out) {
  switch (c) {
    case '"':
      out += "\\\"";
      break;
    case '\\':
      out += "\\\\";
      break;
    case '\n':
      out += "\\n";
      break;
    case '\r':
      out += "\\r";
      break;
    case '\t':
      out += "\\t";
      break;
    default:
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(c));
      break;
  }
}

void append_utf8_text(std::string_view text, std::string& out) {
  for (;;) {
    const std::size_t valid = valid_utf8_prefix(text);
    out += text.substr(0, valid);
    if (valid == text.size()) return;
    out += kReplacementCharacter;
    text.remove_prefix(valid + 1);
  }
}

}  // namespace

void append_json_string(std::string_view value, std::string& out) {
  out.push_back('"');
  for (;;) {
    const std::size_t plain = plain_prefix(value);
    append_utf8_text(value.substr(0, plain), out);
    if (plain == value.size()) break;
    append_escaped(value[plain], out);
    value.remove_prefix(plain + 1);
  }
  out.push_back('"');
}

std::string json_quoted(std::string_view value) {
  std::string out;
  append_json_string(value, out);
  return out;
}

// A comma precedes everything but the first item of a container and a key's value. The previous
// byte shows which case it is.
void JsonWriter::separate() {
  if (out_.empty()) return;
  const char last = out_.back();
  if (last != '{' && last != '[' && last != ':' && last != ' ') out_.push_back(',');
}

JsonWriter& JsonWriter::open(char bracket) {
  separate();
  return put(bracket);
}

JsonWriter& JsonWriter::put(char c) {
  out_.push_back(c);
  return *this;
}

JsonWriter& JsonWriter::key(std::string_view name) {
  separate();
  append_json_string(name, out_);
  return put(':');
}

JsonWriter& JsonWriter::text(std::string_view value) {
  separate();
  append_json_string(value, out_);
  return *this;
}

JsonWriter& JsonWriter::number(std::uint64_t value) {
  separate();
  fmt::format_to(std::back_inserter(out_), "{}", value);
  return *this;
}

JsonWriter& JsonWriter::fraction(double value) {
  FORTNIGHT_REQUIRE(std::isfinite(value));
  separate();
  fmt::format_to(std::back_inserter(out_), "{}", value);
  return *this;
}

JsonWriter& JsonWriter::raw(std::string_view json) {
  separate();
  out_ += json;
  return *this;
}

}  // namespace fortnight
