#include "query/request.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/ascii.h"
#include "base/json_text.h"
#include "query/vocabulary.h"
#include "storage/call/batch.h"

namespace fortnight::query {

namespace {

constexpr std::string_view kSpace = " \t";

class Parser {
 public:
  Parser(std::string_view line, std::size_t begin) : line_(line), at_(begin) {}

  Parsed<std::vector<Parameter>> arguments(const IsParameter& is_parameter);

 private:
  [[nodiscard]] std::size_t column() const { return at_ + 1; }
  [[nodiscard]] bool at_end() const { return at_ == line_.size(); }
  [[nodiscard]] char here() const { return at_end() ? ' ' : line_[at_]; }
  [[nodiscard]] bool at_gap() const { return kSpace.find(here()) != std::string_view::npos; }
  void skip_space() {
    while (!at_end() && at_gap()) ++at_;
  }
  // Takes characters up to the first that is in `any`.
  std::string_view up_to(std::string_view any) {
    const std::size_t end = std::min(line_.find_first_of(any, at_), line_.size());
    const std::string_view piece = line_.substr(at_, end - at_);
    at_ = end;
    return piece;
  }

  Parsed<Parameter> argument(const IsParameter* is_parameter);
  Parsed<std::string> name();
  Parsed<Operator> comparison();
  Parsed<Value> value(std::string_view name);
  Parsed<std::string> json_string();
  Parsed<std::string> word(std::string_view ends);

  std::string_view line_;
  std::size_t at_;
};

Parsed<std::vector<Parameter>> Parser::arguments(const IsParameter& is_parameter) {
  std::vector<Parameter> arguments;
  for (skip_space(); !at_end(); skip_space()) {
    FORTNIGHT_ASSIGN(Parameter next, argument(arguments.empty() ? &is_parameter : nullptr));
    arguments.push_back(std::move(next));
  }
  return arguments;
}

Parsed<Parameter> Parser::argument(const IsParameter* is_parameter) {
  Parameter parameter;
  parameter.column = column();
  const std::size_t begin = at_;
  FORTNIGHT_ASSIGN(std::string name, this->name());
  const bool lone =
      at_gap() || (is_parameter != nullptr && *is_parameter && !(*is_parameter)(name));
  if (lone) {
    at_ = begin;
    const bool quoted = here() == '"';
    FORTNIGHT_ASSIGN(std::string text, quoted ? json_string() : word(kSpace));
    if (!at_gap()) return bad_request(column(), "expected a space behind the closing quote");
    parameter.values.push_back({std::move(text), parameter.column});
    return parameter;
  }
  parameter.name = std::move(name);
  FORTNIGHT_ASSIGN(parameter.op, comparison());
  for (;;) {
    FORTNIGHT_ASSIGN(Value next, value(parameter.name));
    parameter.values.push_back(std::move(next));
    if (here() != ',') return parameter;
    ++at_;
  }
}

Parsed<std::string> Parser::name() {
  if (here() == '"') return json_string();
  const std::string_view name = up_to("=!<> \t");
  if (name.empty()) {
    return bad_request(column(), fmt::format("expected a name before \"{}\"", here()));
  }
  return std::string(name);
}

Parsed<Operator> Parser::comparison() {
  struct Spelling {
    std::string_view text;
    Operator op;
  };
  static constexpr Spelling kSpellings[] = {
      {"!=", Operator::not_equal}, {"<=", Operator::less_equal}, {">=", Operator::greater_equal},
      {"=", Operator::equal},      {"<", Operator::less},        {">", Operator::greater},
  };
  for (const Spelling& spelling : kSpellings) {
    if (!line_.substr(at_).starts_with(spelling.text)) continue;
    at_ += spelling.text.size();
    return spelling.op;
  }
  return bad_request(column(), "expected one of = != < <= > >=");
}

Parsed<Value> Parser::value(std::string_view name) {
  Value value;
  value.column = column();
  if (here() == '"') {
    FORTNIGHT_ASSIGN(value.text, json_string());
    if (at_gap() || here() == ',') return value;
    return bad_request(column(), "expected a space or a comma behind the closing quote");
  }
  if (at_gap() || here() == ',') {
    // The value of a filter may be empty.
    const bool may_be_empty =
        !is_option(name) && name != "text" && name != "word" && name != "id" && name != "status";
    return bad_request(column(), fmt::format("expected a value for \"{}\"{}", name,
                                             may_be_empty ? "; the empty one is \"\"" : ""));
  }
  FORTNIGHT_ASSIGN(value.text, word(", \t"));
  return value;
}

Parsed<std::string> Parser::word(std::string_view ends) {
  const std::size_t begin = at_;
  const std::string_view word = up_to(ends);
  for (std::size_t i = 0; i < word.size(); ++i) {
    if (word[i] == '"') {
      return bad_request(begin + i + 1, "a value with a quote in it is written as a JSON string");
    }
    if (is_control(word[i])) return bad_request(begin + i + 1, "a control character");
  }
  return std::string(word);
}

Parsed<std::string> Parser::json_string() {
  const std::size_t opening = column();
  const std::size_t begin = ++at_;
  for (; !at_end() && line_[at_] != '"'; ++at_) {
    if (is_control(line_[at_])) return bad_request(column(), "a control character within quotes");
    if (line_[at_] != '\\') continue;
    const std::size_t length = escape_length(line_.substr(at_));
    if (length == 0) {
      return bad_request(column(), "no JSON escape; a backslash within quotes is written \\\\");
    }
    at_ += length - 1;
  }
  if (at_end()) return bad_request(opening, "this quote is never closed");
  std::string scratch;
  std::string text(decode_json_string(line_.substr(begin, at_ - begin), scratch));
  ++at_;
  return text;
}

}  // namespace

Parsed<std::vector<Parameter>> parse_arguments(std::string_view line, std::size_t begin,
                                               const IsParameter& is_parameter) {
  return Parser(line, begin).arguments(is_parameter);
}

}  // namespace fortnight::query
