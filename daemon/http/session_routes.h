// The routes of sign-ins and sessions, without I/O.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/http/http_reader.h"
#include "query/request_error.h"

namespace fortnight::daemon {

enum class SessionAction : std::uint8_t {
  show,
  begin,
  end,
  give_code,
  set_password,
  begin_enrolment,
  confirm_enrolment,
  end_all,
};

struct SessionMember {
  std::string_view name;
  std::string_view gist;
};

struct SessionRoute {
  SessionAction action;
  std::string_view method;
  std::string_view path;
  std::string_view id;    // of the operation, in the API's description
  std::string_view gist;  // one line
  // Of the body, all of them texts. Of those that are alternatives, one is given.
  std::vector<SessionMember> members = {};
  bool alternatives = false;
};
std::span<const SessionRoute> session_routes();
// Whether any route has this path.
bool is_session_path(std::string_view path);
// The route; null if the path has none with this method.
const SessionRoute* find_session_route(std::string_view method, std::string_view path);
// The methods of the path, as Allow has them.
std::string session_methods(std::string_view path);

// A request to a route that isn't answered at once.
struct SessionRequest {
  SessionAction action = SessionAction::show;
  std::string cookie;                                     // empty: none
  std::map<std::string, std::string, std::less<>> given;  // the body's members

  [[nodiscard]] const std::string& operator[](std::string_view name) const;
};
// Errors don't repeat what was given: it may be a password.
query::Parsed<SessionRequest> parse_session_request(const SessionRoute& route,
                                                    const HttpRequest& request);

}  // namespace fortnight::daemon
