#include "query/permission.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace fortnight::query {
namespace {

using access::Right;
using storage::Predicate;
using Subject = Predicate::Subject;

// The names that rollups have counts of, and the source.
constexpr std::array<std::string_view, 6> kKeys = {"account", "method",   "endpoint",
                                                   "status",  "revision", "source"};

struct Needs {
  std::optional<Right> right;  // nothing: anybody may
  bool all_accounts = false;   // the answer can't be restricted to some accounts
};

Needs needs_of(Verb verb) {
  switch (verb) {
    case Verb::ping:
    case Verb::help:
    case Verb::auth:
    case Verb::quit:
      return {};
    case Verb::activity:
    case Verb::top:
    case Verb::values:
    case Verb::errors:
      return {Right::counts};
    case Verb::status:
    case Verb::sources:
    case Verb::explain:
      return {Right::counts, true};
    case Verb::logs:
    case Verb::show:
    case Verb::follow:
    case Verb::job:
    case Verb::find:
    case Verb::export_calls:
      return {Right::calls};
    case Verb::twin:
      return {Right::bodies};
    case Verb::rejects:
      return {Right::bodies, true};
    case Verb::erase:
      return {Right::erase};
    case Verb::erasures:
      return {Right::erase, true};
    case Verb::issue:
    case Verb::revoke:
    case Verb::tokens:
    case Verb::audit:
    case Verb::backup:
    case Verb::user:
    case Verb::users:
    case Verb::reload:
      return {Right::admin, true};
  }
  return {Right::admin, true};
}

RequestError lacks(std::string_view what, Right right, std::size_t column) {
  RequestError error("denied", fmt::format("{} needs the right \"{}\"", what, name_of(right)));
  error.column = column;
  return error;
}

// The right that a name needs, in a filter or as a group.
std::optional<Right> right_for(std::string_view name) {
  if (name.starts_with('/') || name == "text" || name == "word" || name == "code") {
    return Right::bodies;
  }
  if (std::find(kKeys.begin(), kKeys.end(), name) == kKeys.end()) return Right::calls;
  return std::nullopt;
}

std::optional<RequestError> why_not_name(const access::Identity& reader, std::string_view name,
                                         std::size_t column) {
  const std::optional<Right> right = right_for(name);
  if (!right || reader.may(*right)) return std::nullopt;
  return lacks(fmt::format("\"{}\"", name.substr(0, 100)), *right, column);
}

// Calls `visit(name, column)` for each name of a filter, a group or a column, while it returns
// true.
template <typename Visit>
bool each_name(const ParsedRequest& request, Visit&& visit) {
  for (const Parameter& filter : request.filters) {
    if (!visit(std::string_view(filter.name), filter.column)) return false;
  }
  for (const std::string_view option : {"by", "field", "fields", "with"}) {
    const auto given = request.options.find(option);
    if (given == request.options.end()) continue;
    for (const Value& value : given->second.values) {
      if (!visit(std::string_view(value.text), value.column)) return false;
    }
  }
  // These are options of ERASE, and filters elsewhere.
  for (const std::string_view option : {"id", "text"}) {
    const auto given = request.options.find(option);
    if (given == request.options.end()) continue;
    if (!visit(option, given->second.column)) return false;
  }
  return true;
}

bool exports_lines(const ParsedRequest& request) {
  return request.words->verb == Verb::export_calls && request.option("fields") == nullptr;
}

}  // namespace

std::optional<RequestError> why_not(const access::Identity& reader, const VerbWords& words,
                                    TimeNs now) {
  const Needs needs = needs_of(words.verb);
  if (!needs.right) return std::nullopt;
  if (!reader.valid(now) || reader.rights().empty()) {
    return RequestError("not-authenticated",
                        "this needs a token: AUTH TOKEN, or Authorization: Bearer TOKEN in HTTP");
  }
  if (!reader.may(*needs.right)) return lacks(words.name, *needs.right, 0);
  if (needs.all_accounts && reader.accounts()) {
    return RequestError("denied",
                        fmt::format("{} is for those who may see all accounts", words.name));
  }
  return std::nullopt;
}

std::optional<RequestError> why_not(const access::Identity& reader, const ParsedRequest& request) {
  std::optional<RequestError> denied;
  each_name(request, [&](std::string_view name, std::size_t column) {
    denied = why_not_name(reader, name, column);
    return !denied;
  });
  if (!denied && exports_lines(request) && !reader.may(Right::bodies)) {
    return lacks("EXPORT without fields=", Right::bodies, 0);
  }
  return denied;
}

bool shows_contents(const ParsedRequest& request) {
  const Verb verb = request.words->verb;
  const bool shows = needs_of(verb).right == Right::bodies || exports_lines(request) ||
                     (verb == Verb::show && request.reader->may(Right::bodies));
  return shows || !each_name(request, [](std::string_view name, std::size_t) {
           return right_for(name) != Right::bodies;
         });
}

bool administers(const ParsedRequest& request) {
  const std::optional<Right> right = needs_of(request.words->verb).right;
  return right == Right::admin || right == Right::erase;
}

}  // namespace fortnight::query
