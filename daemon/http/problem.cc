#include "daemon/http/problem.h"

#include <boost/beast/http/status.hpp>

#include "base/json_writer.h"

namespace fortnight::daemon {
namespace {

struct CodeStatus {
  std::string_view code;
  unsigned status;
};

constexpr CodeStatus kStatuses[] = {
    {"bad-request", 400}, {"not-utf8", 400},  {"no-auth", 403},
    {"not-found", 404},   {"denied", 403},    {"not-authenticated", 401},
    {"dropped", 410},     {"too-long", 413},  {"limit", 422},
    {"io", 500},          {"damaged", 500},   {"no-space", 500},
    {"unsupported", 501}, {"cancelled", 503}, {"paused", 503},
};

unsigned status_of(const query::RequestError& error) {
  if (error.code == "rate") return 429;
  if (error.temporary) return 503;
  for (const CodeStatus& known : kStatuses) {
    if (known.code == error.code) return known.status;
  }
  return 500;
}

}  // namespace

Problem::Problem(query::RequestError of) : status(status_of(of)), error(std::move(of)) {}

std::string_view reason_of(unsigned status) {
  // obsolete_reason() returns its own string type in some versions of Beast.
  const auto reason =
      boost::beast::http::obsolete_reason(boost::beast::http::int_to_status(status));
  return {reason.data(), reason.size()};
}

std::string problem_json(const Problem& problem) {
  std::string text;
  JsonWriter json(text);
  json.open_object().key("type").text("about:blank").key("title").text(reason_of(problem.status));
  json.key("status").number(problem.status).key("detail").text(problem.error.message);
  json.key("code").text(problem.error.code);
  if (problem.error.column != 0) json.key("column").number(problem.error.column);
  if (!problem.error.nearest.empty()) json.key("nearest").text(problem.error.nearest);
  if (!problem.parameter.empty()) json.key("parameter").text(problem.parameter);
  if (!problem.request.empty()) json.key("request").text(problem.request);
  if (!problem.counts.empty()) json.key("counts").text(problem.counts);
  json.close_object();
  return text;
}

}  // namespace fortnight::daemon
