#include "daemon/http/session_routes.h"

#include <algorithm>

#include "base/utf8.h"
#include "daemon/http/cookies.h"
#include "daemon/http/target.h"

namespace fortnight::daemon {
namespace {

constexpr std::string_view kSession = "/api/v1/session";
// Longer names, passwords and codes are no one's.
constexpr std::size_t kMaxMemberBytes = 1024;

std::vector<SessionRoute> make_session_routes() {
  const SessionMember code{"code", "six digits of the authenticator app"};
  return {
      {SessionAction::show, "GET", kSession, "session", "who is signed in, or what comes next"},
      {SessionAction::begin,
       "POST",
       kSession,
       "sign_in",
       "begins a sign-in",
       {{"name", "the person's"}, {"password", "the person's"}}},
      {SessionAction::end, "DELETE", kSession, "sign_out", "ends the session, or the sign-in"},
      {SessionAction::give_code,
       "POST",
       "/api/v1/session/code",
       "give_code",
       "gives the second factor",
       {code, {"recovery_code", "in place of `code`"}},
       true},
      {SessionAction::set_password,
       "POST",
       "/api/v1/session/password",
       "set_password",
       "replaces a one-time password",
       {{"password", "the new one: 12 to 256 bytes"}}},
      {SessionAction::begin_enrolment, "POST", "/api/v1/session/enrolment", "begin_enrolment",
       "begins to set up an authenticator app: returns its secret"},
      {SessionAction::confirm_enrolment,
       "POST",
       "/api/v1/session/confirmation",
       "confirm_enrolment",
       "confirms that the authenticator app has the secret: returns recovery codes",
       {code}},
      {SessionAction::end_all, "DELETE", "/api/v1/sessions", "end_sessions",
       "ends all sessions of the person"},
  };
}

}  // namespace

std::span<const SessionRoute> session_routes() {
  static const std::vector<SessionRoute> routes = make_session_routes();
  return routes;
}

bool is_session_path(std::string_view path) { return !session_methods(path).empty(); }

const SessionRoute* find_session_route(std::string_view method, std::string_view path) {
  if (method == "HEAD") method = "GET";
  for (const SessionRoute& route : session_routes()) {
    if (route.path == path && route.method == method) return &route;
  }
  return nullptr;
}

std::string session_methods(std::string_view path) {
  std::string methods;
  for (const SessionRoute& route : session_routes()) {
    if (route.path != path) continue;
    methods.append(methods.empty() ? "" : ", ").append(route.method);
    if (route.method == "GET") methods += ", HEAD";
  }
  return methods;
}

const std::string& SessionRequest::operator[](std::string_view name) const {
  static const std::string none;
  const auto found = given.find(name);
  return found == given.end() ? none : found->second;
}

query::Parsed<SessionRequest> parse_session_request(const SessionRoute& route,
                                                    const HttpRequest& request) {
  SessionRequest asked;
  asked.action = route.action;
  asked.cookie = session_cookie(request[Header::cookie]);
  if (request.body.empty() && route.members.empty()) return asked;
  auto parameters = parse_json_form(request.body);
  if (!parameters) return query::RequestError("bad-request", "the body isn't an object of texts");
  for (WebParameter& parameter : *parameters) {
    const auto known =
        std::find_if(route.members.begin(), route.members.end(),
                     [&](const SessionMember& member) { return member.name == parameter.name; });
    const bool fits = known != route.members.end() && parameter.op == "=" &&
                      parameter.values.size() == 1 &&
                      parameter.values[0].size() <= kMaxMemberBytes &&
                      valid_utf8_prefix(parameter.values[0]) == parameter.values[0].size();
    if (!fits || !asked.given.emplace(known->name, std::move(parameter.values[0])).second) {
      return query::RequestError("bad-request", "the body has a member that isn't expected");
    }
  }
  const std::size_t expected = route.alternatives ? 1 : route.members.size();
  if (asked.given.size() != expected) {
    std::string names;
    for (const SessionMember& member : route.members) {
      names.append(names.empty() ? "" : route.alternatives ? " or " : " and ").append(member.name);
    }
    return query::RequestError("bad-request", "the body has to have " + names);
  }
  return asked;
}

}  // namespace fortnight::daemon
