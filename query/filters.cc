#include "query/filters.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/json_number.h"
#include "base/json_walk.h"
#include "config/nearest_name.h"
#include "query/parsed_request.h"
#include "query/vocabulary.h"

namespace fortnight::query {

namespace {

using storage::Predicate;
using storage::StatusRange;
using Subject = Predicate::Subject;

constexpr std::int32_t kLastStatus = 999;

bool compares(Operator op) { return op != Operator::equal && op != Operator::not_equal; }

bool has_numbers(const Predicate& predicate) {
  return predicate.subject == Subject::status || predicate.subject == Subject::duration ||
         predicate.subject == Subject::pointer;
}

storage::Comparison comparison_of(Operator op) {
  switch (op) {
    case Operator::less:
      return storage::Comparison::less;
    case Operator::less_equal:
      return storage::Comparison::less_equal;
    case Operator::greater:
      return storage::Comparison::greater;
    default:
      return storage::Comparison::greater_equal;
  }
}

Parsed<storage::NumberBound> bound_of(const Parameter& parameter) {
  if (parameter.values.size() > 1) {
    return bad_request(parameter.values[1].column, "a comparison takes one number");
  }
  const Value& value = parameter.values[0];
  const std::optional<double> number = number_of(value.text);
  if (!number) {
    return bad_request(value.column, fmt::format("expected a number, not \"{}\"", value.text));
  }
  return storage::NumberBound{comparison_of(parameter.op), *number, value.text};
}

std::optional<StatusRange> status_range(std::string_view text) {
  if (text == "all") return StatusRange{storage::kNoStatus, kLastStatus};
  if (text == "*") return StatusRange{1, kLastStatus};
  if (text.empty() || text == "none" || text == "0" || text == "000") {
    return StatusRange{storage::kNoStatus, storage::kNoStatus};
  }
  if (text == "success") return StatusRange{100, 399};
  if (text == "failed") return StatusRange{400, kLastStatus};
  if (text.size() != 3 || text[0] < '1' || text[0] > '9') return std::nullopt;
  if (text.substr(1) == "xx") return StatusRange{(text[0] - '0') * 100, (text[0] - '0') * 100 + 99};
  std::int32_t code = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), code);
  if (error != std::errc() || stop != text.data() + text.size()) return std::nullopt;
  return StatusRange{code, code};
}

Parsed<Predicate> status_filter(const Parameter& parameter, Predicate predicate) {
  predicate.subject = Subject::status;
  for (const Value& value : parameter.values) {
    const std::optional<StatusRange> range = status_range(value.text);
    if (!range) {
      return bad_request(
          value.column,
          fmt::format("no status \"{}\"; expected a code of three digits or one of all "
                      "success failed none 2xx 3xx 4xx 5xx",
                      value.text));
    }
    predicate.statuses.push_back(*range);
  }
  return predicate;
}

Parsed<std::vector<Predicate>> text_filter(const Parameter& parameter) {
  if (compares(parameter.op)) {
    return bad_request(parameter.column,
                       fmt::format("{} is found or not found, with = or !=", parameter.name));
  }
  std::vector<Predicate> predicates(1);
  for (const Value& value : parameter.values) {
    if (value.text.empty()) return bad_request(value.column, "expected some text to look for");
    // text!=a,b means neither a nor b. One predicate would mean "not both", so each gets its own.
    const bool own = parameter.op == Operator::not_equal && !predicates.back().patterns.empty();
    if (own) predicates.emplace_back();
    predicates.back().subject = Subject::text;
    predicates.back().whole = parameter.name == "word";
    predicates.back().negated = parameter.op == Operator::not_equal;
    predicates.back().patterns.push_back(exactly(value.text));
  }
  return predicates;
}

// The subject of a filter with that name; nothing if the name is unknown.
std::optional<Predicate> subject_of(std::string_view name, const Context& context) {
  Predicate predicate;
  predicate.name = name;
  const std::vector<std::string_view> kinds = id_kinds(context);
  const bool kind = std::find(kinds.begin(), kinds.end(), name) != kinds.end();
  if (const auto field = text_field(name)) {
    predicate.subject = Subject::field;
    predicate.field = *field;
  } else if (name == "duration_ms") {
    predicate.subject = Subject::duration;
  } else if (name == "status") {
    predicate.subject = Subject::status;
  } else if (name == "id") {
    predicate.subject = Subject::any_id;
  } else if (kind) {
    predicate.subject = Subject::id_of_kind;
  } else if (name == "code") {
    predicate.subject = Subject::code;
    predicate.pointers = context.error_code_pointers;
  } else if (name.starts_with('/') && JsonPointer::parse(name)) {
    predicate.subject = Subject::pointer;
  } else {
    return std::nullopt;
  }
  return predicate;
}

RequestError unknown_name(const Parameter& parameter, const Context& context) {
  if (parameter.name.starts_with('/')) return no_pointer(parameter.column, parameter.name);
  const std::vector<std::string_view> known = filter_names(context);
  const std::string_view nearest = config::nearest_name(parameter.name, known);
  return bad_request(parameter.column,
                     fmt::format("unknown name \"{}\"{}", parameter.name, did_you_mean(nearest)),
                     nearest);
}

}  // namespace

RequestError no_pointer(std::size_t column, std::string_view text) {
  return bad_request(
      column, fmt::format("\"{}\" isn't a JSON pointer: \"~\" must be followed by 0 or 1", text));
}

Parsed<std::vector<Predicate>> filter_of(const Parameter& parameter, const Context& context) {
  const std::vector<std::string_view> kinds = id_kinds(context);
  const bool is_kind = std::find(kinds.begin(), kinds.end(), parameter.name) != kinds.end();
  if (parameter.name == "text" || (parameter.name == "word" && !is_kind)) {
    return text_filter(parameter);
  }
  std::optional<Predicate> predicate = subject_of(parameter.name, context);
  if (!predicate) return unknown_name(parameter, context);
  predicate->negated = parameter.op == Operator::not_equal;
  if (compares(parameter.op)) {
    if (!has_numbers(*predicate)) {
      return bad_request(parameter.column,
                         fmt::format("\"{}\" is compared with = or != only; numbers are status, "
                                     "duration_ms and what JSON pointers lead to",
                                     parameter.name));
    }
    FORTNIGHT_ASSIGN(const storage::NumberBound bound, bound_of(parameter));
    predicate->bounds.push_back(bound);
  } else if (predicate->subject == Subject::status) {
    FORTNIGHT_ASSIGN(*predicate, status_filter(parameter, std::move(*predicate)));
  } else {
    for (const Value& value : parameter.values) {
      predicate->patterns.push_back(pattern_of(value.text));
      const bool may_be = !predicate->patterns.back().exact() || value.text.empty() ||
                          number_of(value.text).has_value();
      if (predicate->subject == Subject::duration && !may_be) {
        return bad_request(
            value.column,
            fmt::format("no duration \"{}\"; expected milliseconds, as 7.9", value.text));
      }
    }
  }
  return std::vector<Predicate>{std::move(*predicate)};
}

storage::TextPattern pattern_of(std::string_view text) {
  storage::TextPattern pattern{{std::string()}};
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escape =
        text[i] == '\\' && i + 1 < text.size() && (text[i + 1] == '*' || text[i + 1] == '\\');
    if (escape) {
      pattern.pieces.back().push_back(text[++i]);
    } else if (text[i] == '*') {
      pattern.pieces.emplace_back();
    } else {
      pattern.pieces.back().push_back(text[i]);
    }
  }
  return pattern;
}

storage::TextPattern exactly(std::string_view text) { return {{std::string(text)}}; }

bool asks_for_ids(const Predicate& predicate) {
  return predicate.subject == Subject::any_id || predicate.subject == Subject::id_of_kind ||
         (predicate.subject == Subject::field && predicate.field == storage::TextField::call_id);
}

std::vector<storage::TextTest> text_tests(const ParsedRequest& request, std::string_view option) {
  const auto found = request.options.find(option);
  if (found == request.options.end()) return {};
  storage::TextTest test;
  test.negated = found->second.op == Operator::not_equal;
  for (const Value& value : found->second.values) test.patterns.push_back(pattern_of(value.text));
  return {std::move(test)};
}

}  // namespace fortnight::query
