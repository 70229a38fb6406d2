// Decides what an HTTP request gets, without I/O: an answer that is known at once, a request to
// run, or a step of a sign-in.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <variant>

#include "daemon/http/api_request.h"
#include "daemon/http/guards.h"
#include "daemon/http/metrics.h"
#include "daemon/http/reply.h"
#include "daemon/http/session_routes.h"

namespace fortnight::daemon {

// What a port's requests have in common. Immutable; its functions are thread-safe.
struct Site {
  OriginRules origins;
  std::function<std::string()> paused;         // why no lines are taken in; empty: they are
  std::function<Measurements()> measurements;  // for /metrics
  std::function<std::string()> openapi;        // JSON
  // Whose token that is, for a client at that address.
  std::function<query::Parsed<access::Reader>(std::string_view token, std::string_view peer)>
      who_has;
  // How long browsers use nothing but TLS for this host, as answers over TLS say; 0: they don't
  // say.
  std::chrono::seconds hsts{0};
  // Whose session the cookie has; null if there is none.
  std::function<std::shared_ptr<const access::Identity>(std::string_view cookie)> who_is_signed_in =
      {};
  // Answers with the session of a cookie, or the rights of the connection; empty: there are no
  // sessions.
  std::function<Reply(std::string_view cookie, const access::Identity& connected)> show_session =
      {};
};

// A request to run, and the form of its answer.
struct Execution {
  Execution(Route of, LineBuilder built, access::Reader by)
      : route(std::move(of)), builder(std::move(built)), reader(std::move(by)) {}

  Route route;
  LineBuilder builder;  // of the request line
  access::Reader reader;
  Media media = Media::json;
  Coding coding = Coding::identity;
  HeaderLines headers;    // of a successful answer
  std::string next_link;  // up to the cursor of the next page; empty: no links

  // The columns of CSV; empty: the members of the first row.
  [[nodiscard]] std::vector<std::string> columns(const query::Context& context) const;
  // An error of the request line as a problem.
  [[nodiscard]] Problem problem(const query::RequestError& error) const;
  // The problem of an answer without rows: a ref that names no call. Nothing if that's no problem.
  [[nodiscard]] std::optional<Problem> nothing_found(std::string_view summary) const;

 private:
  [[nodiscard]] Problem about_request(Problem problem) const;
};

using HttpDecision = std::variant<Reply, Execution, SessionRequest>;
// Who has connected, from which address. A token or a session in the request counts instead.
struct Connected {
  const access::Reader& reader;
  std::string_view peer = {};
};
// Requires that the request has no problem.
HttpDecision decide(const HttpRequest& request, const Connected& connected, const Site& site);

}  // namespace fortnight::daemon
