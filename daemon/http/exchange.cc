#include "daemon/http/exchange.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/ascii.h"
#include "base/civil_time.h"
#include "base/json_members.h"
#include "base/utf8.h"
#include "daemon/http/cookies.h"
#include "query/request_reader.h"
#include "storage/ref.h"

namespace fortnight::daemon {
namespace {

using RouteKind = Route::Kind;

Reply reply_of(const query::RequestError& error) { return problem_reply(Problem(error)); }

// A media type without its parameters, in lower case.
std::string media_name(std::string_view content_type) {
  std::string_view name = content_type.substr(0, content_type.find(';'));
  while (name.ends_with(' ')) name.remove_suffix(1);
  return lower(name);
}

query::Parsed<std::vector<WebParameter>> body_parameters(const HttpRequest& request) {
  const std::string type = media_name(request[Header::content_type]);
  if (type == "application/json") return parse_json_form(request.body);
  if (request.body.empty() || type == "application/x-www-form-urlencoded") {
    return parse_form(request.body);
  }
  return query::RequestError("bad-media-type",
                             "expected application/json or application/x-www-form-urlencoded");
}

Problem unknown_route(const Route& route, std::string_view path) {
  Problem problem(
      404, "not-found",
      fmt::format("no such path: {}{}", path.substr(0, 200), query::did_you_mean(route.nearest)));
  problem.error.nearest = route.nearest;
  return problem;
}

// The request line of a route with its parameters.
query::Parsed<LineBuilder> build_line(const HttpRequest& request, const Route& route,
                                      const Target& target) {
  LineBuilder builder(route);
  FORTNIGHT_ASSIGN(std::vector<WebParameter> in_query, parse_form(target.query));
  FORTNIGHT_TRY(builder.add(std::move(in_query)));
  if (request.method == "POST") {
    FORTNIGHT_ASSIGN(std::vector<WebParameter> in_body, body_parameters(request));
    FORTNIGHT_TRY(builder.add(std::move(in_body)));
  }
  const std::string& last_event = request[Header::last_event_id];
  if (!last_event.empty() && !builder.has("after") && route.words->verb == query::Verb::follow &&
      !route.explains) {
    if (valid_utf8_prefix(last_event) != last_event.size()) {
      return query::RequestError("not-utf8", "Last-Event-ID isn't UTF-8");
    }
    FORTNIGHT_TRY(builder.add(WebParameter{"after", "=", {last_event}}));
  }
  return builder;
}

// The text with the characters encoded that a URI may not have, though requests may.
std::string uri_of(std::string_view text) {
  std::string uri;
  for (const char c : text) {
    const bool allowed =
        is_alphanumeric(c) ||
        std::string_view("-._~:/?#[]@!$&'()*+,;=%").find(c) != std::string_view::npos;
    uri += allowed ? std::string(1, c) : percent_encoded({&c, 1});
  }
  return uri;
}

// The link to the next page, without its cursor's value.
std::string next_link(const HttpRequest& request, const Target& target) {
  if (request.method == "POST") return {};
  std::string link = std::string(target.raw_path) + "?";
  std::string_view query = target.query;
  while (!query.empty()) {
    const std::size_t end = std::min(query.find('&'), query.size());
    const std::string_view pair = query.substr(0, end);
    if (!pair.empty() && !pair.starts_with("cursor=")) link.append(pair).push_back('&');
    query.remove_prefix(std::min(end + 1, query.size()));
  }
  return uri_of(link) + "cursor=";
}

HttpDecision decide_verb(const HttpRequest& request, Route route, const Target& target,
                         access::Reader reader) {
  auto built = build_line(request, route, target);
  if (!built && built.error().code == "bad-media-type") {
    return problem_reply(Problem(415, built.error().code, built.error().message));
  }
  if (!built) return reply_of(built.error());
  if (built->line().size() > query::kMaxRequestBytes) {
    return problem_reply(Problem(request.method == "POST" ? 413 : 414, "too-long",
                                 "the request line has more than 65536 bytes"));
  }
  Execution execution(std::move(route), std::move(*built), std::move(reader));
  const std::vector<Media> offered =
      media_offered(execution.route, execution.builder.has("fields"));
  std::optional<Media> media = choose_media(request[Header::accept], offered);
  if (execution.route.suffix) {
    media = std::find(offered.begin(), offered.end(), *execution.route.suffix) != offered.end()
                ? execution.route.suffix
                : std::nullopt;
  }
  if (!media) {
    std::string known;
    for (const Media each : offered)
      known += (known.empty() ? "" : ", ") + std::string(name_of(each));
    return problem_reply(
        Problem(406, "not-acceptable", "the answer has one of these forms: " + known));
  }
  execution.media = *media;
  execution.headers.add("Content-Type", content_type(*media));
  execution.headers.add("Vary", "Accept, Accept-Encoding, Authorization, Cookie, Origin");
  if (execution.media == Media::event_stream) {
    execution.headers.add("X-Accel-Buffering", "no");
  } else {
    execution.coding =
        choose_coding(request[Header::accept_encoding], {Coding::zstd, Coding::gzip});
  }
  if (execution.route.suffix && *media != Media::json) {
    execution.headers.add(
        "Content-Disposition",
        fmt::format("attachment; filename=\"{}.{}\"", route_name(*execution.route.words),
                    *media == Media::csv ? "csv" : "ndjson"));
  }
  execution.next_link = next_link(request, target);
  return execution;
}

Reply ready_reply(const Site& site) {
  const std::string why = site.paused ? site.paused() : std::string();
  if (!why.empty()) return problem_reply(Problem(503, "paused", why));
  return text_reply(200, "text/plain; charset=utf-8", "ready\n");
}

Reply known_reply(const HttpRequest& request, const Route& route, const Target& target,
                  const Site& site) {
  switch (route.kind) {
    case RouteKind::health:
      return text_reply(200, "text/plain; charset=utf-8", "ok\n");
    case RouteKind::ready:
      return ready_reply(site);
    case RouteKind::openapi:
      if (!site.openapi) break;
      return text_reply(200, "application/json", site.openapi());
    case RouteKind::page:
      if (auto page = asset_reply("/index.html", request)) return std::move(*page);
      break;
    default:
      if (auto file = asset_reply(target.raw_path, request)) return std::move(*file);
      break;
  }
  return problem_reply(unknown_route(route, target.raw_path));
}

// The answer to a request for permission that a browser sends before another site's request.
Reply preflight_reply() {
  Reply reply;
  reply.status = 204;
  reply.headers.add("Access-Control-Allow-Methods", "GET, HEAD, POST")
      .add("Access-Control-Allow-Headers", "Authorization, Content-Type, Last-Event-ID")
      .add("Access-Control-Max-Age", "600");
  return reply;
}

// The reader for whom a request is answered: that of its token, else of its session, else of its
// connection. A session that has ended is none.
query::Parsed<access::Reader> reader_of(const HttpRequest& request, const Connected& connected,
                                        const Site& site) {
  constexpr std::string_view kScheme = "bearer ";
  const std::string_view text = request[Header::authorization];
  if (text.empty()) {
    const std::string_view cookie = session_cookie(request[Header::cookie]);
    if (cookie.empty() || !site.who_is_signed_in) return connected.reader;
    if (auto person = site.who_is_signed_in(cookie)) return person;
    return connected.reader;
  }
  if (equal_without_case(text.substr(0, kScheme.size()), kScheme) && site.who_has) {
    auto reader = site.who_has(text.substr(kScheme.size()), connected.peer);
    if (reader || reader.error().code != "not-authenticated") return reader;
  }
  return query::RequestError("not-authenticated",
                             "the Authorization header has no valid token: Bearer TOKEN");
}

Reply method_reply(const std::string& allowed) {
  Reply reply = problem_reply(Problem(405, "bad-method", "this path has no such method"));
  reply.headers.add("Allow", allowed);
  return reply;
}

// Requests about sessions come from this server's page, never from one of web.origins.
HttpDecision decide_session(const HttpRequest& request, const Target& target,
                            const RequestOrigin& from, const Connected& connected,
                            const Site& site) {
  const SessionRoute* const route = find_session_route(request.method, target.raw_path);
  if (!site.show_session) return problem_reply(unknown_route({}, target.raw_path));
  if (route == nullptr) return method_reply(session_methods(target.raw_path));
  if (!OriginRules::is_own(from)) {
    return problem_reply(Problem(403, "no-auth", "only this server's page may sign in"));
  }
  if (route->action == SessionAction::show) {
    return site.show_session(session_cookie(request[Header::cookie]), *connected.reader);
  }
  // A form of another site can't send this type.
  const bool json = media_name(request[Header::content_type]) == "application/json";
  if (request.method == "POST" && !json) {
    return problem_reply(Problem(415, "bad-media-type", "expected application/json"));
  }
  auto asked = parse_session_request(*route, request);
  if (!asked) return reply_of(asked.error());
  return std::move(*asked);
}

HttpDecision decide_route(const HttpRequest& request, const Connected& connected,
                          const Site& site) {
  const auto target = parse_target(request.target);
  if (!target) return reply_of(target.error());
  Route route = find_route(*target);
  const RequestOrigin from{request[Header::host], request[Header::origin],
                           request[Header::sec_fetch_site], request[Header::sec_fetch_mode]};
  if (!site.origins.knows_host(from.host)) {
    return problem_reply(Problem(421, "bad-host",
                                 "the Host header names another server; web.hosts lists the names "
                                 "that this one has besides localhost"));
  }
  if (!site.origins.admits(from, route.kind == RouteKind::page)) {
    return problem_reply(Problem(403, "no-auth",
                                 "a page of another site sent this request; web.origins lists "
                                 "those that may"));
  }
  if (route.kind == RouteKind::session) {
    return decide_session(request, *target, from, connected, site);
  }
  const bool runs = route.words != nullptr;
  const bool preflight = request.method == "OPTIONS" && site.origins.knows_origin(from.origin) &&
                         !request[Header::access_control_request_method].empty();
  if (runs && preflight) return preflight_reply();
  const bool posts = runs && route.kind != RouteKind::metrics;
  const bool gets = !runs || !changes_calls(*route.words);
  const bool allowed = (gets && (request.method == "GET" || request.method == "HEAD")) ||
                       (request.method == "POST" && posts);
  if (!allowed) return method_reply(!gets ? "POST" : posts ? "GET, HEAD, POST" : "GET, HEAD");
  if (!runs) return known_reply(request, route, *target, site);
  auto reader = reader_of(request, connected, site);
  if (!reader) return reply_of(reader.error());
  return decide_verb(request, std::move(route), *target, std::move(*reader));
}

}  // namespace

std::vector<std::string> Execution::columns(const query::Context& context) const {
  std::vector<std::string> columns = builder.values_of("fields");
  const query::Verb verb = route.words->verb;
  if (verb == query::Verb::logs || verb == query::Verb::job) {
    if (verb == query::Verb::job) columns.emplace_back("stage");
    for (const std::string_view name : query::exported_names(context)) columns.emplace_back(name);
    for (std::string& pointer : builder.values_of("with")) columns.push_back(std::move(pointer));
  }
  return columns;
}

Problem Execution::about_request(Problem problem) const {
  problem.request = builder.line().substr(0, 1000);
  problem.request.resize(valid_utf8_prefix(problem.request));
  problem.parameter = builder.parameter_at(problem.error.column);
  return problem;
}

Problem Execution::problem(const query::RequestError& error) const {
  return about_request(Problem(error));
}

std::optional<Problem> Execution::nothing_found(std::string_view summary) const {
  if (route.kind != RouteKind::call && route.kind != RouteKind::twin) return std::nullopt;
  const auto members = members_of(summary);
  const auto find = [&](std::string_view key) {
    return std::find_if(members.begin(), members.end(),
                        [key](const JsonMember& member) { return member.key == key; });
  };
  // The body tells nothing: rows may still be within the compressor.
  const auto calls = find("calls");
  if (calls == members.end() || calls->value != "0") return std::nullopt;
  // That a call has no twin is an answer; that there is no such call is none.
  const auto note = find("note");
  const bool no_data = note != members.end() && note->value == R"("No Data Available")";
  if (route.kind == RouteKind::twin && no_data) return std::nullopt;
  const bool dropped = find("retained_from") != members.end();
  if (!dropped) return about_request({404, "not-found", "no call has this ref"});
  Problem problem = about_request({410, "dropped", "the call's day was dropped"});
  const auto ref = storage::Ref::parse(route.argument);
  if (ref) {
    problem.counts = fmt::format("{}activity?date={}&tz=UTC", kApiRoot, day_to_string(ref->day));
  }
  return problem;
}

HttpDecision decide(const HttpRequest& request, const Connected& connected, const Site& site) {
  HttpDecision decision = decide_route(request, connected, site);
  if (std::holds_alternative<SessionRequest>(decision)) return decision;
  const std::string& origin = request[Header::origin];
  HeaderLines& headers = std::holds_alternative<Reply>(decision)
                             ? std::get<Reply>(decision).headers
                             : std::get<Execution>(decision).headers;
  if (site.origins.knows_origin(origin)) headers.add("Access-Control-Allow-Origin", origin);
  if (auto* reply = std::get_if<Reply>(&decision)) reply->without_body = request.method == "HEAD";
  return decision;
}

}  // namespace fortnight::daemon
