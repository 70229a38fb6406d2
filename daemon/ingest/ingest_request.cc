#include "daemon/ingest/ingest_request.h"

#include <string_view>
#include <utility>

#include "base/ascii.h"
#include "daemon/http/guards.h"
#include "daemon/http/target.h"
#include "daemon/ingest/batches.h"
#include "daemon/ingest/elastic.h"

namespace fortnight::daemon {
namespace {

constexpr std::string_view kLinesPath = "/ingest/v1/lines";
constexpr std::string_view kJsonType = "application/json";
constexpr std::string_view kProtobufType = "application/x-protobuf";

Reply refused_request(unsigned status, std::string code, std::string message) {
  return problem_reply(Problem(status, std::move(code), std::move(message)));
}

Reply bad_parameter(const std::string& message) {
  return refused_request(400, "bad-request", message);
}

Reply wrong_method(std::string_view allowed) {
  Reply reply = refused_request(405, "bad-method", "this path has no such method");
  reply.headers.add("Allow", allowed);
  return reply;
}

// The value of a parameter that is given once.
const std::string* text_of(const WebParameter& parameter) {
  if (parameter.op != "=") return nullptr;
  if (parameter.values.size() == 1) return &parameter.values.front();
  return parameter.values.empty() ? &parameter.text : nullptr;
}

std::variant<Reply, IngestRequest> understand_lines(const HttpRequest& request,
                                                    const Target& target) {
  if (request.method != "POST") return wrong_method("POST");
  IngestRequest asked;
  auto parameters = parse_form(target.query);
  if (!parameters) return problem_reply(Problem(parameters.error()));
  for (const WebParameter& parameter : *parameters) {
    const std::string* const value = text_of(parameter);
    if (value == nullptr) return bad_parameter("the parameters are written name=value");
    if (parameter.name == "source") {
      asked.source = *value;
    } else if (parameter.name == "format") {
      asked.format = *value;
    } else if (parameter.name == "dry_run" && (*value == "1" || *value == "0")) {
      asked.dry_run = *value == "1";
    } else {
      return bad_parameter("the parameters are source, format and dry_run=1");
    }
  }
  asked.batch = request[Header::fortnight_batch];
  if (!asked.batch.empty() && !is_batch_id(asked.batch)) {
    return bad_parameter("Fortnight-Batch has 1 to 128 visible ASCII characters");
  }
  return asked;
}

// What the APIs of others have in common: source= and format=, and parameters that don't matter.
std::variant<Reply, IngestRequest> understand_other(const HttpRequest& request,
                                                    const Target& target, IngestApi api) {
  if (request.method != "POST" && !(api == IngestApi::bulk && request.method == "PUT")) {
    return wrong_method("POST");
  }
  IngestRequest asked;
  asked.api = api;
  auto parameters = parse_form(target.query);
  if (!parameters) return problem_reply(Problem(parameters.error()));
  for (const WebParameter& parameter : *parameters) {
    const std::string* const value = text_of(parameter);
    if (value == nullptr) continue;
    if (parameter.name == "source") asked.source = *value;
    if (parameter.name == "format") asked.format = *value;
  }
  return asked;
}

bool is_json_type(const HttpRequest& request) {
  return lower(std::string_view(request[Header::content_type]).substr(0, kJsonType.size())) ==
         kJsonType;
}

bool is_protobuf_type(const HttpRequest& request) {
  return lower(std::string_view(request[Header::content_type]).substr(0, kProtobufType.size())) ==
         kProtobufType;
}

std::variant<Reply, IngestRequest> understand_otlp(const HttpRequest& request,
                                                   const Target& target) {
  const bool json = is_json_type(request);
  if (request.method == "POST" && !json && !is_protobuf_type(request)) {
    return refused_request(415, "bad-media-type",
                           "expected application/x-protobuf or application/json");
  }
  return understand_other(request, target, json ? IngestApi::otlp_json : IngestApi::otlp_protobuf);
}

std::variant<Reply, IngestRequest> understand_loki(const HttpRequest& request,
                                                   const Target& target) {
  // Without a type, Loki expects protobuf.
  return understand_other(request, target,
                          is_json_type(request) ? IngestApi::loki_json : IngestApi::loki_protobuf);
}

}  // namespace

std::variant<Reply, IngestRequest> understand_ingest(const HttpRequest& request) {
  const auto target = parse_target(request.target);
  if (!target) return problem_reply(Problem(target.error()));
  // A page of any site can make its reader's browser send requests to loopback addresses.
  const RequestOrigin from{request[Header::host], request[Header::origin],
                           request[Header::sec_fetch_site], request[Header::sec_fetch_mode]};
  if (!from.origin.empty() || !OriginRules::is_own(from)) {
    return refused_request(403, "no-auth",
                           "a web page sent this request: pages may not bring calls");
  }
  if (target->raw_path == kLinesPath) return understand_lines(request, *target);
  if (target->raw_path == "/v1/logs") return understand_otlp(request, *target);
  if (target->raw_path == "/loki/api/v1/push" || target->raw_path == "/api/prom/push") {
    return understand_loki(request, *target);
  }
  if (const auto elastic = understand_elastic(request, *target)) {
    if (elastic->answer) {
      IngestRequest asked;
      asked.answer = elastic->answer;
      return asked;
    }
    auto asked = understand_other(request, *target, IngestApi::bulk);
    if (auto* const bulk = std::get_if<IngestRequest>(&asked)) bulk->index = elastic->index;
    return asked;
  }
  if (target->raw_path == "/ready") return text_reply(200, "text/plain; charset=utf-8", "ready\n");
  if (target->raw_path == "/healthz" || target->raw_path == "/readyz") {
    if (request.method != "GET" && request.method != "HEAD") return wrong_method("GET, HEAD");
    Reply reply = text_reply(200, "text/plain; charset=utf-8", "ok\n");
    reply.without_body = request.method == "HEAD";
    return reply;
  }
  return refused_request(404, "not-found",
                         "no such path: calls are sent to " + std::string(kLinesPath));
}

}  // namespace fortnight::daemon
