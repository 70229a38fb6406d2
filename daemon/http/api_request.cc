#include "daemon/http/api_request.h"

#include <algorithm>
#include <array>

#include "base/ascii.h"
#include "base/json_writer.h"
#include "config/nearest_name.h"
#include "daemon/http/session_routes.h"

namespace fortnight::daemon {
namespace {

using query::Verb;
using query::VerbWords;

// Paths of the page. The page itself decides what it shows.
constexpr std::string_view kPages[] = {"activity", "logs", "errors", "audit", "help", "calls"};

const VerbWords* words_of_route(std::string_view name) {
  const VerbWords* words = query::find_verb(upper(name));
  return words != nullptr && has_route(*words) && route_name(*words) == name ? words : nullptr;
}

// The text as a value of a request line.
std::string quoted(std::string_view text) {
  const bool plain = !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return !is_control(c) && std::string_view(" \t\",=!<>").find(c) == std::string_view::npos;
  });
  return plain ? std::string(text) : json_quoted(text);
}

std::string_view nearest_route(std::string_view path) {
  static const std::vector<std::string> known = [] {
    std::vector<std::string> paths = {"/healthz", "/readyz", "/metrics",
                                      std::string(kApiRoot) + "openapi.json"};
    for (const SessionRoute& route : session_routes()) paths.emplace_back(route.path);
    for (const VerbWords& words : query::verbs()) {
      if (has_route(words)) paths.push_back(std::string(kApiRoot) + route_name(words));
    }
    return paths;
  }();
  static const std::vector<std::string_view> names(known.begin(), known.end());
  // The root, which all have in common, must not make any two paths alike.
  const bool api = path.starts_with(kApiRoot);
  std::vector<std::string_view> candidates;
  for (const std::string_view name : names) {
    if (name.starts_with(kApiRoot) == api) {
      candidates.push_back(api ? name.substr(kApiRoot.size()) : name);
    }
  }
  const std::string_view nearest =
      config::nearest_name(api ? path.substr(kApiRoot.size()) : path, candidates);
  if (nearest.empty() || !api) return nearest;
  return {nearest.data() - kApiRoot.size(), nearest.size() + kApiRoot.size()};
}

Route verb_route(std::span<const std::string> path) {
  Route route;
  std::string_view name = path[0];
  if (const std::size_t dot = name.rfind('.'); dot != name.npos) {
    route.suffix = media_of_suffix(name.substr(dot + 1));
    if (!route.suffix) return {};
    name = name.substr(0, dot);
  }
  const VerbWords* words = words_of_route(name);
  if (words == nullptr) return {};
  route.kind = Route::Kind::verb;
  if (words->verb == Verb::explain) {
    route.explains = true;
    words = path.size() > 1 ? words_of_route(path[1]) : nullptr;
    if (words == nullptr) return {};
    path = path.subspan(1);
  }
  route.words = words;
  if (path.size() == 1) return route;
  if (path.size() > 2 || words->alone == 0) return {};
  route.argument = path[1];
  return route;
}

Route api_route(std::span<const std::string> path) {
  if (path.empty()) return {};
  if (path[0] == "openapi.json" && path.size() == 1) return {.kind = Route::Kind::openapi};
  if (path[0] != "calls") return verb_route(path);
  if (path.size() < 2 || path.size() > 3 || (path.size() == 3 && path[2] != "twin")) return {};
  const bool twin = path.size() == 3;
  Route route;
  route.kind = twin ? Route::Kind::twin : Route::Kind::call;
  route.words = query::find_verb(twin ? "TWIN" : "SHOW");
  if (route.words == nullptr) return {};
  route.argument = path[1];
  return route;
}

}  // namespace

bool has_route(const VerbWords& words) {
  switch (words.verb) {
    case Verb::ping:
    case Verb::auth:
    case Verb::quit:
    // Who may ask and what is configured is decided on the host, where backups are written too.
    case Verb::backup:
    case Verb::issue:
    case Verb::tokens:
    case Verb::revoke:
    case Verb::user:
    case Verb::users:
    case Verb::reload:
      return false;
    default:
      return true;
  }
}

bool changes_calls(const VerbWords& words) { return words.verb == Verb::erase; }

std::string route_name(const VerbWords& words) { return lower(words.name); }

std::vector<Media> media_offered(const Route& route, bool fields) {
  if (route.kind == Route::Kind::metrics) return {Media::metrics};
  if (route.explains) return {Media::json, Media::ndjson};
  switch (route.words->verb) {
    case Verb::follow:
      return {Media::event_stream, Media::ndjson};
    case Verb::export_calls:
      if (fields) return {Media::ndjson, Media::json, Media::csv};
      return {Media::ndjson, Media::json};
    case Verb::show:
    case Verb::status:
    case Verb::sources:
    case Verb::erase:
    case Verb::erasures:
    case Verb::help:
      return {Media::json, Media::ndjson};
    default:
      return {Media::json, Media::ndjson, Media::csv};
  }
}

Route find_route(const Target& target) {
  const std::span<const std::string> path = target.path;
  Route route;
  if (is_session_path(target.raw_path)) {
    route.kind = Route::Kind::session;
  } else if (path.size() >= 2 && path[0] == "api" && path[1] == "v1") {
    route = api_route(path.subspan(2));
  } else if (path.size() == 1 && path[0] == "healthz") {
    route.kind = Route::Kind::health;
  } else if (path.size() == 1 && path[0] == "readyz") {
    route.kind = Route::Kind::ready;
  } else if (path.size() == 1 && path[0] == "metrics") {
    route.kind = Route::Kind::metrics;
    route.words = query::find_verb("STATUS");
  } else if (path.empty() ||
             std::find(std::begin(kPages), std::end(kPages), path[0]) != std::end(kPages)) {
    route.kind = Route::Kind::page;
  }
  if (route.kind == Route::Kind::unknown) route.nearest = nearest_route(target.raw_path);
  return route;
}

LineBuilder::LineBuilder(const Route& route) : words_(*route.words) {
  if (route.explains) line_ = "EXPLAIN ";
  line_ += words_.name;
  if (route.kind == Route::Kind::call || route.kind == Route::Kind::twin) {
    (void)add(WebParameter{"ref", "=", {route.argument}});
  } else if (!route.argument.empty()) {
    const std::size_t begin = line_.size() + 1;
    positional_ = true;
    line_ += " " + quoted(route.argument);
    places_.push_back({std::string(words_.argument), {route.argument}, begin, line_.size()});
  }
}

query::Parsed<void> LineBuilder::add(WebParameter parameter) {
  // A pasted text is one value, whatever it contains.
  const bool positional = words_.alone > 0 && !words_.filters && parameter.name == words_.argument;
  positional_ = positional_ || positional;
  if (positional && parameter.values.empty()) {
    parameter.values = {std::move(parameter.text)};
  } else if (parameter.values.empty()) {
    FORTNIGHT_ASSIGN(parameter.values, split_values(parameter.text, parameter.name));
  }
  const bool option = std::find(words_.options.begin(), words_.options.end(), parameter.name) !=
                      words_.options.end();
  if (option && parameter.values.size() == 1 && parameter.values[0].empty()) return {};
  const std::size_t begin = line_.size() + 1;
  line_ += ' ';
  if (!positional) line_ += quoted(parameter.name) + parameter.op;
  for (std::size_t i = 0; i < parameter.values.size(); ++i) {
    if (i > 0) line_ += ',';
    line_ += quoted(parameter.values[i]);
  }
  places_.push_back({std::move(parameter.name), std::move(parameter.values), begin, line_.size()});
  return {};
}

query::Parsed<void> LineBuilder::add(std::vector<WebParameter> parameters) {
  for (WebParameter& parameter : parameters) FORTNIGHT_TRY(add(std::move(parameter)));
  return {};
}

query::RequestLine LineBuilder::request(access::Reader reader) const {
  query::RequestLine request(line_, std::move(reader));
  if (!positional_) request.require_names();
  return request;
}

std::vector<std::string> LineBuilder::values_of(std::string_view name) const {
  for (const Place& place : places_) {
    if (place.name == name) return place.values;
  }
  return {};
}

std::string LineBuilder::parameter_at(std::size_t column) const {
  for (const Place& place : places_) {
    if (column > place.begin && column <= place.end) return place.name;
  }
  return {};
}

}  // namespace fortnight::daemon
