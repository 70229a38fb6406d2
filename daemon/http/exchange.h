// Decides what an HTTP request gets, without I/O: an answer that is known at once, or a request to
// run.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <variant>

#include "daemon/http/api_request.h"
#include "daemon/http/guards.h"
#include "daemon/http/metrics.h"
#include "daemon/http/reply.h"

namespace fortnight::daemon {

// What a port's requests have in common. Immutable; its functions are thread-safe.
struct Site {
  OriginRules origins;
  std::function<std::string()> paused;         // why no lines are taken in; empty: they are
  std::function<Measurements()> measurements;  // for /metrics
  std::function<std::string()> openapi;        // JSON
};

// A request to run, and the form of its answer.
struct Execution {
  Execution(Route of, LineBuilder built) : route(std::move(of)), builder(std::move(built)) {}

  Route route;
  LineBuilder builder;  // of the request line
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

using HttpDecision = std::variant<Reply, Execution>;
// `peer`: the client's address. Requires that the request has no problem.
HttpDecision decide(const HttpRequest& request, std::string_view peer, const Site& site);

}  // namespace fortnight::daemon
