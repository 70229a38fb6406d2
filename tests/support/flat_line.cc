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

namespace {

std::string lower(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  }
  return text;
}

std::vector<std::string> steps_of(std::string_view pointer) {
  std::vector<std::string> steps;
  for (std::size_t i = 0; i < pointer.size(); ++i) {
    if (pointer[i] == '/') {
      steps.emplace_back();
    } else if (pointer[i] == '~') {
      steps.back() += pointer[++i] == '0' ? '~' : '/';
    } else {
      steps.back() += pointer[i];
    }
  }
  return steps;
}

// All texts at `steps` from the i-th on.
void gather(ondemand::value value, const std::vector<std::string>& steps, std::size_t i,
            bool header, std::vector<std::string>& out) {
  const bool ends = i == steps.size();
  switch (value.type().value()) {
    case ondemand::json_type::object: {
      bool met = ends;
      for (auto field : value.get_object()) {
        const std::string key(field.unescaped_key().value());
        if (met || !(header ? lower(key) == lower(steps[i]) : key == steps[i])) continue;
        met = true;
        gather(field.value().value(), steps, i + 1, header || lower(steps[i]).ends_with("headers"),
               out);
      }
      break;
    }
    case ondemand::json_type::array: {
      const bool place = !ends && !steps[i].empty() && (steps[i] == "0" || steps[i][0] != '0') &&
                         steps[i].find_first_not_of("0123456789") == std::string::npos;
      std::size_t index = 0;
      for (auto element : value.get_array()) {
        const bool wanted = !place || std::to_string(index) == steps[i];
        ++index;
        if (wanted) gather(element.value(), steps, place ? i + 1 : i, header, out);
      }
      break;
    }
    case ondemand::json_type::string:
      if (ends) out.emplace_back(value.get_string().value());
      break;
    default: {
      std::string_view token = value.raw_json_token();
      token = token.substr(0, token.find_last_not_of(" \t\r\n") + 1);
      if (ends) out.emplace_back(token == "null" ? std::string_view() : token);
    }
  }
}

}  // namespace

std::vector<std::string> FlatLine::all_at(std::string_view pointer) const {
  std::vector<std::string> texts;
  ondemand::parser parser;
  const simdjson::padded_string padded(line);
  ondemand::document document = parser.iterate(padded);
  gather(document.get_value().value(), steps_of(pointer), 0, false, texts);
  return texts;
}

std::string FlatLine::at(std::string_view pointer) const {
  for (const FlatScalar& scalar : scalars) {
    if (scalar.shadowed || scalar.pointer != pointer) continue;
    return !scalar.is_string && scalar.text == "null" ? std::string() : scalar.text;
  }
  return {};
}

FlatLine flatten(std::string_view line) {
  FlatLine out;
  out.line = line;
  ondemand::parser parser;
  const simdjson::padded_string padded(line);
  ondemand::document document = parser.iterate(padded);
  flatten_value(document.get_value().value(), "", false, out);
  return out;
}

}  // namespace fortnight::tests
