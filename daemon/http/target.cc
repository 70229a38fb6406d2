#include "daemon/http/target.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <utility>

#include "base/ascii.h"
#include "base/json_text.h"
#include "base/utf8.h"

namespace fortnight::daemon {
namespace {

using query::Parsed;
using query::RequestError;

// Why a body's member isn't a parameter.
struct BadMember {
  std::string why;
};

RequestError bad_target(std::string message) { return {"bad-request", std::move(message)}; }

// Takes an operator from the end of a name: `duration_ms>` with the value 500 means >=.
std::string operator_of(std::string& name) {
  std::string op = "=";
  if (name.size() > 1 && std::string_view("!<>").find(name.back()) != std::string_view::npos) {
    op.insert(op.begin(), name.back());
    name.pop_back();
  }
  return op;
}

// A name may be a JSON string, so that it may end with anything.
Parsed<std::string> unquoted_name(std::string name) {
  if (!name.starts_with('"')) return name;
  FORTNIGHT_ASSIGN(std::vector<std::string> names, split_values(name, name));
  if (names.size() != 1) return bad_target(fmt::format("{}: expected one name", name));
  return std::move(names[0]);
}

Parsed<WebParameter> parse_pair(std::string_view pair) {
  const std::size_t equal = std::min(pair.find('='), pair.size());
  FORTNIGHT_ASSIGN(std::string name, percent_decoded(pair.substr(0, equal), true, "a parameter"));
  std::string value;
  if (equal < pair.size()) {
    FORTNIGHT_ASSIGN(value, percent_decoded(pair.substr(equal + 1), true, "a parameter"));
  }
  WebParameter parameter;
  const std::size_t comparison = name.starts_with('"') ? name.npos : name.find_first_of("<>");
  const bool within = comparison != name.npos && comparison != 0 && comparison + 1 < name.size();
  if (within && value.empty()) {
    // duration_ms>500, which has no "="; or duration_ms%3E%3D500, encoded as a whole.
    const std::size_t length = name[comparison + 1] == '=' ? 2 : 1;
    parameter.op = name.substr(comparison, length);
    value = name.substr(comparison + length);
    name.resize(comparison);
  } else {
    parameter.op = operator_of(name);
  }
  FORTNIGHT_ASSIGN(parameter.name, unquoted_name(std::move(name)));
  if (parameter.name.empty()) return bad_target("a parameter has no name");
  parameter.text = std::move(value);
  return parameter;
}

// A scalar as the line protocol writes it: a number keeps its text.
std::string scalar_text_of(simdjson::ondemand::value value, std::string_view name) {
  using simdjson::ondemand::json_type;
  switch (json_type(value.type())) {
    case json_type::string:
      return std::string(std::string_view(value.get_string()));
    case json_type::number: {
      (void)double(value.get_double());  // checks the syntax
      std::string_view token = value.raw_json_token();
      token.remove_suffix(token.size() -
                          std::min(token.find_last_not_of(" \t\r\n") + 1, token.size()));
      return std::string(token);
    }
    case json_type::boolean:
      return bool(value.get_bool()) ? "true" : "false";
    default:
      throw BadMember{
          fmt::format("{}: expected a string, a number, true, false or an array of these", name)};
  }
}

// Throws BadMember and simdjson_error.
WebParameter parameter_of(simdjson::ondemand::field member) {
  WebParameter parameter;
  std::string name(std::string_view(member.unescaped_key()));
  const bool complete = name.size() > 1 && name.ends_with('=');
  if (complete) name.pop_back();
  parameter.op = operator_of(name);
  if (!complete && parameter.op.size() == 2 && parameter.op != "!=") parameter.op.pop_back();
  parameter.name = std::move(name);
  if (parameter.name.empty()) throw BadMember{"a member has no name"};
  simdjson::ondemand::value value = member.value();
  if (value.type() != simdjson::ondemand::json_type::array) {
    parameter.values.push_back(scalar_text_of(value, parameter.name));
    return parameter;
  }
  for (auto element : value.get_array()) {
    parameter.values.push_back(scalar_text_of(element.value(), parameter.name));
  }
  if (parameter.values.empty()) {
    throw BadMember{fmt::format("{}: expected at least one value", parameter.name)};
  }
  return parameter;
}

}  // namespace

Parsed<std::vector<std::string>> split_values(std::string_view text, std::string_view name) {
  std::vector<std::string> values;
  while (true) {
    if (!text.starts_with('"')) {
      const std::size_t comma = std::min(text.find(','), text.size());
      values.emplace_back(text.substr(0, comma));
      text.remove_prefix(comma);
    } else {
      std::size_t end = 1;
      for (; end < text.size() && text[end] != '"'; ++end) {
        if (is_control(text[end])) return bad_target(fmt::format("{}: a control character", name));
        if (text[end] != '\\') continue;
        const std::size_t escape = escape_length(text.substr(end));
        if (escape == 0)
          return bad_target(fmt::format("{}: no JSON escape within the quotes", name));
        end += escape - 1;
      }
      if (end >= text.size()) return bad_target(fmt::format("{}: a quote is never closed", name));
      std::string scratch;
      values.emplace_back(decode_json_string(text.substr(1, end - 1), scratch));
      text.remove_prefix(end + 1);
      if (!text.empty() && text[0] != ',') {
        return bad_target(fmt::format("{}: expected a comma behind the closing quote", name));
      }
    }
    if (text.empty()) return values;
    text.remove_prefix(1);
  }
}

Parsed<std::string> percent_decoded(std::string_view text, bool form, std::string_view what) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      if (i + 2 >= text.size() || !is_hex(text[i + 1]) || !is_hex(text[i + 2])) {
        return bad_target(
            fmt::format("{}: \"%\" must be followed by two hexadecimal digits", what));
      }
      out.push_back(static_cast<char>(hex_value(text[i + 1]) << 4 | hex_value(text[i + 2])));
      i += 2;
    } else {
      out.push_back(form && text[i] == '+' ? ' ' : text[i]);
    }
  }
  if (valid_utf8_prefix(out) == out.size()) return out;
  return RequestError("not-utf8", fmt::format("{} isn't UTF-8", what));
}

std::string percent_encoded(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (is_alphanumeric(c) || c == '-' || c == '.' || c == '_' || c == '~') {
      out.push_back(c);
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out.push_back('%');
      out.push_back(upper(kHexDigits[byte >> 4]));
      out.push_back(upper(kHexDigits[byte & 15]));
    }
  }
  return out;
}

Parsed<Target> parse_target(std::string_view target) {
  if (!target.starts_with('/')) {
    const std::size_t scheme = target.find("://");
    if (scheme == target.npos) return bad_target("the target must begin with \"/\"");
    const std::size_t path = target.find_first_of("/?", scheme + 3);
    target = path == target.npos ? "/" : target.substr(path);
  }
  target = target.substr(0, target.find('#'));
  Target parsed;
  const std::size_t question = std::min(target.find('?'), target.size());
  parsed.raw_path = target.substr(0, question);
  parsed.query = target.substr(std::min(question + 1, target.size()));
  std::string_view rest = parsed.raw_path;
  while (!rest.empty()) {
    rest.remove_prefix(1);
    const std::size_t slash = std::min(rest.find('/'), rest.size());
    FORTNIGHT_ASSIGN(std::string segment,
                     percent_decoded(rest.substr(0, slash), false, "the path"));
    rest.remove_prefix(slash);
    if (rest.empty() && segment.empty()) break;  // a slash at the end
    parsed.path.push_back(std::move(segment));
  }
  return parsed;
}

Parsed<std::vector<WebParameter>> parse_form(std::string_view form) {
  std::vector<WebParameter> parameters;
  while (!form.empty()) {
    const std::size_t end = std::min(form.find('&'), form.size());
    if (end != 0) {
      FORTNIGHT_ASSIGN(WebParameter parameter, parse_pair(form.substr(0, end)));
      parameters.push_back(std::move(parameter));
    }
    form.remove_prefix(std::min(end + 1, form.size()));
  }
  return parameters;
}

Parsed<std::vector<WebParameter>> parse_json_form(std::string_view body) {
  const simdjson::padded_string padded(body);
  simdjson::ondemand::parser parser;
  std::vector<WebParameter> parameters;
  try {
    simdjson::ondemand::document document = parser.iterate(padded);
    for (simdjson::ondemand::field member : document.get_object()) {
      parameters.push_back(parameter_of(member));
    }
    const char* rest = nullptr;
    if (document.current_location().get(rest) == simdjson::SUCCESS)
      return bad_target("the body continues behind its JSON object");
  } catch (const BadMember& member) {
    return bad_target(member.why);
  } catch (const simdjson::simdjson_error& error) {
    return bad_target(fmt::format("the body isn't a JSON object: {}", error.what()));
  }
  return parameters;
}

}  // namespace fortnight::daemon
