#include "tools/client/json.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <charconv>

namespace fortnight::client {
namespace {

using namespace simdjson;

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r\n") + 1 - begin);
}

std::string_view text_of_value(ondemand::value value) {
  const ondemand::json_type type = value.type();
  if (type == ondemand::json_type::object) return ondemand::object(value.get_object()).raw_json();
  if (type == ondemand::json_type::array) return ondemand::array(value.get_array()).raw_json();
  return trimmed(value.raw_json_token());
}

}  // namespace

std::vector<Member> members_of(std::string_view json) {
  if (!trimmed(json).starts_with('{')) return {};
  std::vector<Member> members;
  const padded_string padded(json);
  ondemand::parser parser;
  try {
    ondemand::document document = parser.iterate(padded);
    for (auto field : document.get_object()) {
      const std::string key(field.unescaped_key().value());
      members.push_back({key, std::string(text_of_value(field.value()))});
    }
  } catch (const simdjson_error&) {
    return {};
  }
  return members;
}

std::vector<std::string> elements_of(std::string_view json) {
  if (!trimmed(json).starts_with('[')) return {};
  std::vector<std::string> elements;
  const padded_string padded(json);
  ondemand::parser parser;
  try {
    ondemand::document document = parser.iterate(padded);
    for (auto element : document.get_array()) {
      elements.emplace_back(text_of_value(element.value()));
    }
  } catch (const simdjson_error&) {
    return {};
  }
  return elements;
}

std::string member_of(std::string_view json, std::string_view key) {
  for (Member& member : members_of(json)) {
    if (member.key == key) return std::move(member.value);
  }
  return {};
}

std::string value_at(std::string_view json, std::initializer_list<std::string_view> keys) {
  std::string value(json);
  for (const std::string_view key : keys) value = member_of(value, key);
  return value;
}

std::string text_of(std::string_view json) {
  if (json == "null") return {};
  if (!json.starts_with('"')) return std::string(json);
  const padded_string padded(json);
  ondemand::parser parser;
  ondemand::document document;
  std::string_view text;
  if (parser.iterate(padded).get(document) == SUCCESS &&
      document.get_string().get(text) == SUCCESS) {
    return std::string(text);
  }
  return std::string(json.substr(1, json.size() - 2));  // a lone surrogate: not decoded
}

std::string json_quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      out += fmt::format("\\u{:04x}", c);
    } else {
      out += c;
    }
  }
  return out + '"';
}

double number_of(std::string_view json) {
  double value = 0;
  std::from_chars(json.data(), json.data() + json.size(), value);
  return value;
}

}  // namespace fortnight::client
