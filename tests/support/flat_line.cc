#include "tests/support/flat_line.h"

#include <simdjson.h>

#include <set>

namespace fortnight::tests {

namespace {

namespace ondemand = simdjson::ondemand;

std::string step(std::string_view key) {
  std::string out = "/";
  for (const char c : key) {
    if (c == '~') {
      out += "~0";
    } else if (c == '/') {
      out += "~1";
    } else {
      out += c;
    }
  }
  return out;
}

void flatten_value(ondemand::value value, const std::string& pointer, bool shadowed,
                   FlatLine& out) {
  switch (value.type().value()) {
    case ondemand::json_type::object: {
      std::set<std::string> seen;
      for (auto field : value.get_object()) {
        const std::string key(field.unescaped_key().value());
        out.keys.push_back(key);
        const bool twice = !seen.insert(key).second;
        flatten_value(field.value().value(), pointer + step(key), shadowed || twice, out);
      }
      break;
    }
    case ondemand::json_type::array: {
      std::size_t index = 0;
      for (auto element : value.get_array()) {
        flatten_value(element.value(), pointer + "/" + std::to_string(index++), shadowed, out);
      }
      break;
    }
    case ondemand::json_type::string:
      out.scalars.push_back({pointer, std::string(value.get_string().value()), true, shadowed});
      break;
    default: {
      std::string_view token = value.raw_json_token();
      token = token.substr(0, token.find_last_not_of(" \t\r\n") + 1);
      out.scalars.push_back({pointer, std::string(token), false, shadowed});
    }
  }
}

}  // namespace

std::string FlatLine::at(std::string_view pointer) const {
  for (const FlatScalar& scalar : scalars) {
    if (scalar.shadowed || scalar.pointer != pointer) continue;
    return !scalar.is_string && scalar.text == "null" ? std::string() : scalar.text;
  }
  return {};
}

FlatLine flatten(std::string_view line) {
  FlatLine out;
  ondemand::parser parser;
  const simdjson::padded_string padded(line);
  ondemand::document document = parser.iterate(padded);
  flatten_value(document.get_value().value(), "", false, out);
  return out;
}

}  // namespace fortnight::tests
