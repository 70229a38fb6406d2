#include "tools/format/role_names.h"

#include <algorithm>
#include <array>
#include <vector>

#include "base/ascii.h"
#include "tools/format/flat_values.h"

namespace fortnight::format {
namespace {

constexpr double kUsual = 1;      // the name says it
constexpr double kKin = 0.9;      // the name has such a word in it
constexpr double kOther = 0.7;    // the name says nothing
constexpr double kForeign = 0.2;  // the name says something else

struct Names {
  std::vector<std::string_view> usual;    // whole names
  std::vector<std::string_view> kin;      // words within a name
  std::vector<std::string_view> foreign;  // words within a name
};

const std::array<Names, kRoles>& names() {
  static const std::array<Names, kRoles> all = {{
      // ts
      {{"ts", "time", "timestamp", "_timestamp", "datetime", "date_time", "event_time",
        "start_time", "received_at", "request_time", "time_local", "time_iso8601", "logged_at",
        "at", "t"},
       {"time", "date", "timestamp"},
       {"expires", "exp", "build", "created", "updated", "modified", "birth", "last", "until",
        "upstream", "end"}},
      // account
      {{"account", "account_id", "tenant", "tenant_id", "customer", "customer_id", "merchant",
        "merchant_id", "organization", "organization_id", "organisation", "org", "org_id",
        "workspace", "workspace_id", "company", "company_id", "x_account", "x_tenant"},
       {"account", "tenant", "customer", "merchant", "organi", "workspace", "company", "client_id",
        "consumer", "user", "sub", "principal", "subject"},
       {"agent", "host", "level", "logger", "message", "msg", "protocol", "remote", "addr", "ip",
        "request_id", "trace", "span", "useragent", "email"}},
      // method
      {{"method", "request_method", "http_method", "verb"}, {"method", "verb"}, {}},
      // endpoint
      {{"route", "endpoint", "route_pattern", "http_route", "path_template", "handler"},
       {"route", "endpoint", "template", "pattern"},
       {"referer", "referrer"}},
      // path
      {{"path", "uri", "url", "request_uri", "request_path", "original_url", "target",
        "http_target", "url_path", "request_url"},
       {"path", "uri", "url", "target"},
       {"referer", "referrer", "file", "caller", "upstream", "root", "location", "redirect",
        "callback", "origin", "cwd", "script", "content", "cookie"}},
      // status
      {{"status", "status_code", "http_status", "response_code", "response_status", "code",
        "http_status_code", "response_status_code", "sc_status"},
       {"status", "code"},
       {"size", "bytes", "length", "port", "pid", "level", "duration", "time", "ms", "upstream",
        "count", "line", "origin"}},
      // revision
      {{"revision", "api_version", "api_revision", "version", "x_api_version"},
       {"revision", "version"},
       {"http_version", "proto", "app", "build", "agent", "tls", "ssl", "date"}},
      // duration
      {{"duration",     "duration_ms", "elapsed",        "elapsed_ms",    "took",
        "took_ms",      "latency",     "latency_ms",     "response_time", "response_time_ms",
        "request_time", "duration_s",  "execution_time", "time_taken",    "total_time",
        "ms",           "duration_us", "duration_ns",    "runtime",       "processing_time",
        "req_duration", "elapsed_time"},
       {"duration", "elapsed", "latency", "took", "response_time", "_ms", "_us", "_ns", "millis"},
       {"upstream", "timeout", "ttl", "queue", "db", "view", "wait", "connect", "handshake"}},
      // call_id
      {{"request_id", "req_id", "call_id", "x_request_id", "correlation_id", "trace_id", "rid",
        "requestid", "id", "uuid", "event_id", "transaction_id", "amzn_request_id", "ray_id"},
       {"request", "correlation", "trace", "call", "req", "rid"},
       {"user", "session", "span", "parent", "account", "customer", "client", "tenant", "order",
        "hash", "token", "etag"}},
      // error_code
      {{"error_code", "err_code", "errorcode", "error_type"},
       {"error", "err"},
       {"message", "stack"}},
  }};
  return all;
}

bool has_word(std::string_view name, std::string_view word) {
  return name.find(word) != std::string_view::npos;
}

}  // namespace

std::string_view role_name(Role role) {
  constexpr std::array<std::string_view, kRoles> kNames = {
      "ts",     "account",  "method",      "endpoint", "path",
      "status", "revision", "duration_ms", "call_id",  "error_code"};
  return kNames[static_cast<std::size_t>(role)];
}

double name_fit(Role role, std::string_view pointer) {
  const Names& known = names()[static_cast<std::size_t>(role)];
  const std::string name = snake_case(last_step(pointer));
  const auto within = [&](std::string_view word) { return has_word(name, word); };
  if (std::find(known.usual.begin(), known.usual.end(), name) != known.usual.end()) return kUsual;
  if (std::any_of(known.foreign.begin(), known.foreign.end(), within)) return kForeign;
  if (std::any_of(known.kin.begin(), known.kin.end(), within)) return kKin;
  return kOther;
}

std::string snake_case(std::string_view name) {
  std::string out;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    if (!is_alphanumeric(c)) {
      if (!out.empty() && out.back() != '_') out += '_';
      continue;
    }
    const bool upper = c != lower(c);
    const bool after_lower =
        i > 0 && is_alphanumeric(name[i - 1]) && name[i - 1] == lower(name[i - 1]);
    if (upper && after_lower && !out.empty() && out.back() != '_') out += '_';
    out += lower(c);
  }
  while (out.ends_with('_')) out.pop_back();
  return out;
}

}  // namespace fortnight::format
