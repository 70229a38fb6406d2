#include "query/parsed_request.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "config/nearest_name.h"
#include "query/disclosure.h"
#include "query/filters.h"
#include "query/permission.h"
#include "query/restricted_store.h"
#include "storage/call/hashed_value.h"

namespace fortnight::query {

namespace {

using storage::Predicate;

bool contains(const std::vector<std::string_view>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// All names that parameters of this verb may have, except JSON pointers.
std::vector<std::string_view> names_of(const VerbWords& words, const Context& context) {
  std::vector<std::string_view> names = words.options;
  if (!words.filters) return names;
  const std::vector<std::string_view> filters = filter_names(context);
  names.insert(names.end(), filters.begin(), filters.end());
  return names;
}

RequestError unknown_name(const Parameter& parameter, const VerbWords& words,
                          const Context& context) {
  const std::vector<std::string_view> known = names_of(words, context);
  const std::string_view nearest = config::nearest_name(parameter.name, known);
  std::string advice = did_you_mean(nearest);
  if (advice.empty() && words.filters && parameter.name.find('/') != std::string::npos) {
    advice = "; a JSON pointer begins with \"/\"";
  }
  if (advice.empty()) advice = fmt::format("; HELP {} lists its parameters", words.name);
  return bad_request(
      parameter.column,
      fmt::format("unknown name \"{}\" for {}{}", parameter.name, words.name, advice), nearest);
}

Parsed<void> take_option(const Parameter& parameter, ParsedRequest& request) {
  const bool test = parameter.name == "source" || parameter.name == "reason";
  if (parameter.op != Operator::equal && !(test && parameter.op == Operator::not_equal)) {
    return bad_request(parameter.column,
                       fmt::format("\"{}\" takes {} only", parameter.name, test ? "= or !=" : "="));
  }
  if (!takes_several(parameter.name) && parameter.values.size() > 1) {
    return bad_request(parameter.values[1].column,
                       fmt::format("\"{}\" takes one value", parameter.name));
  }
  if (!request.options.emplace(parameter.name, parameter).second) {
    return bad_request(parameter.column, fmt::format("\"{}\" is given twice", parameter.name));
  }
  return {};
}

Parsed<void> take_parameter(const Context& context, Parameter&& parameter, ParsedRequest& request) {
  const VerbWords& words = *request.words;
  if (parameter.name.empty()) {
    if (request.alone.size() == words.alone) {
      const bool takes_some = words.filters || !words.options.empty();
      return bad_request(parameter.column, fmt::format("expected {}, not \"{}\"; {}",
                                                       takes_some ? "key=value" : "nothing more",
                                                       parameter.values[0].text, words.usage));
    }
    request.alone.push_back(std::move(parameter.values[0]));
    return {};
  }
  if (contains(words.options, parameter.name)) return take_option(parameter, request);
  const bool filter = words.filters && (parameter.name.starts_with('/') ||
                                        contains(filter_names(context), parameter.name));
  if (!filter) return unknown_name(parameter, words, context);
  FORTNIGHT_ASSIGN(std::vector<Predicate> predicates, filter_of(parameter, context));
  std::move(predicates.begin(), predicates.end(), std::back_inserter(request.predicates));
  request.filters.push_back(std::move(parameter));
  return {};
}

// Replaces `hash:VALUE` by the text that hashed values have in stored lines.
void hash_values(const Context& context, Parameter& parameter) {
  if (context.hash == nullptr) return;
  for (Value& value : parameter.values) {
    const std::string_view text = value.text;
    if (!text.starts_with(storage::kHashedPrefix) || storage::is_hashed_value(text)) continue;
    value.text = storage::hashed_value(*context.hash, text.substr(storage::kHashedPrefix.size()));
  }
}

// The account that the filters select, or that the reader may see, if it is exactly one.
const std::string* only_account(const ParsedRequest& request) {
  const auto& accounts = request.reader->accounts();
  const std::string* account = accounts && accounts->size() == 1 ? &accounts->front() : nullptr;
  for (const Predicate& predicate : request.predicates) {
    const bool one = predicate.subject == Predicate::Subject::field &&
                     predicate.field == storage::TextField::account && !predicate.negated &&
                     predicate.patterns.size() == 1 && predicate.patterns[0].exact();
    if (one) account = &predicate.patterns[0].pieces[0];
  }
  return account;
}

// The zone of tz=; otherwise that of the one selected account; otherwise the server's.
Parsed<TimeZone> zone_of(const Context& context, const ParsedRequest& request) {
  if (const Value* tz = request.option("tz")) {
    const std::optional<TimeZone> zone = TimeZone::find(tz->text);
    if (zone) return *zone;
    return bad_request(tz->column, fmt::format("no time zone \"{}\"; expected an IANA name as "
                                               "Europe/Paris or UTC",
                                               tz->text));
  }
  if (const std::string* account = only_account(request)) {
    const auto found = context.accounts.find(*account);
    if (found != context.accounts.end() && !found->second.time_zone.empty()) {
      if (const auto zone = TimeZone::find(found->second.time_zone)) return *zone;
    }
  }
  return TimeZone::find(context.time_zone).value_or(TimeZone::utc());
}

Parsed<void> take_period(ParsedRequest& request) {
  const PeriodWords words{request.option("date"), request.option("from"), request.option("to")};
  request.dated = !words.none();
  const bool by_id =
      !request.alone.empty() || request.option("ref") != nullptr ||
      std::any_of(request.predicates.begin(), request.predicates.end(), asks_for_ids);
  const bool of_all_time =
      request.words->verb == Verb::rejects || request.words->verb == Verb::audit;
  if (words.none() && (by_id || of_all_time)) return {};
  FORTNIGHT_ASSIGN(request.period, parse_period(words, request.zone, request.now));
  return {};
}

}  // namespace

const Value* ParsedRequest::option(std::string_view name) const {
  const auto found = options.find(name);
  return found == options.end() ? nullptr : &found->second.values[0];
}

Parsed<std::uint64_t> ParsedRequest::number(std::string_view name, std::uint64_t otherwise,
                                            std::uint64_t most) const {
  const Value* value = option(name);
  if (value == nullptr) return otherwise;
  std::uint64_t number = 0;
  const char* end = value->text.data() + value->text.size();
  const auto [stop, error] = std::from_chars(value->text.data(), end, number);
  if (error == std::errc() && stop == end && number >= 1 && number <= most) return number;
  return bad_request(value->column,
                     fmt::format("expected a whole number from 1 to {} for \"{}\"", most, name));
}

Parsed<std::size_t> ParsedRequest::choice(std::string_view name) const {
  const std::vector<std::string_view>& choices = choices_of(name);
  const Value* value = option(name);
  if (value == nullptr) return std::size_t{0};
  const auto found = std::find(choices.begin(), choices.end(), value->text);
  if (found != choices.end()) return static_cast<std::size_t>(found - choices.begin());
  return bad_request(value->column,
                     fmt::format("no {} \"{}\"; expected {}{}", name, value->text,
                                 choices.size() > 1 ? "one of " : "", fmt::join(choices, " ")));
}

Parsed<storage::Order> ParsedRequest::order(storage::Order otherwise) const {
  const Value* value = option("order");
  if (value == nullptr) return otherwise;
  FORTNIGHT_ASSIGN(const std::size_t index, choice("order"));
  return index == 0 ? storage::Order::newest_first : storage::Order::oldest_first;
}

Parsed<std::optional<Shift>> ParsedRequest::shift(const Period& compared) const {
  if (option("compare") == nullptr) return std::optional<Shift>();
  FORTNIGHT_ASSIGN(const std::size_t with, choice("compare"));
  return std::optional<Shift>(std::in_place, static_cast<Compared>(with), compared, zone);
}

Parsed<ParsedRequest> understand(const Context& context, const RequestLine& line) {
  ParsedRequest request;
  request.now = context.now();
  request.words = line.words();
  if (request.words == nullptr) return unknown_verb(1, line.verb());
  request.reader = line.reader();
  request.local = line.peer().empty();
  if (auto denied = why_not(*request.reader, *request.words, request.now)) return *denied;
  if (context.store != nullptr) request.store = store_for(*request.reader, *context.store);
  IsParameter is_parameter;
  if (request.words->alone > 0 && !line.requires_names()) {
    is_parameter = [&](std::string_view name) {
      return name.starts_with('/') || contains(names_of(*request.words, context), name);
    };
  }
  FORTNIGHT_ASSIGN(std::vector<Parameter> arguments,
                   parse_arguments(line.text(), line.arguments(), is_parameter));
  for (Parameter& parameter : arguments) {
    hash_values(context, parameter);
    FORTNIGHT_TRY(take_parameter(context, std::move(parameter), request));
  }
  if (auto denied = why_not(*request.reader, request)) return *denied;
  FORTNIGHT_ASSIGN(request.zone, zone_of(context, request));
  FORTNIGHT_TRY(take_period(request));
  request.disclosure = disclosure_of(context, request, line.peer());
  return request;
}

}  // namespace fortnight::query
