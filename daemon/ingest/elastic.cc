#include "daemon/ingest/elastic.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace fortnight::daemon {
namespace {

// Clients compare it with their own version, and expect what this one can do.
constexpr std::string_view kInfo =
    R"({"name":"fortnight","cluster_name":"fortnight","cluster_uuid":"fortnight-fortnight-00",)"
    R"("version":{"number":"8.19.0","build_flavor":"default","build_type":"deb",)"
    R"("build_hash":"0000000000000000000000000000000000000000",)"
    R"("build_date":"2025-07-23T00:00:00.000Z","build_snapshot":false,"lucene_version":"9.12.2",)"
    R"("minimum_wire_compatibility_version":"7.17.0",)"
    R"("minimum_index_compatibility_version":"7.0.0"},"tagline":"You Know, for Search"})";
constexpr std::string_view kLicense =
    R"({"license":{"status":"active","uid":"fortnight-fortnight-00","type":"basic",)"
    R"("issue_date":"2025-01-01T00:00:00.000Z","issue_date_in_millis":1735689600000,)"
    R"("max_nodes":1000,"issued_to":"fortnight","issuer":"elasticsearch",)"
    R"("start_date_in_millis":-1}})";
constexpr std::string_view kXpack =
    R"({"license":{"uid":"fortnight-fortnight-00","type":"basic","mode":"basic",)"
    R"("status":"active"},"features":{"ilm":{"available":true,"enabled":true}}})";
constexpr std::string_view kHealth =
    R"({"cluster_name":"fortnight","status":"green","timed_out":false,"number_of_nodes":1,)"
    R"("number_of_data_nodes":1,"active_primary_shards":1,"active_shards":1})";
constexpr std::string_view kNodes = R"({"cluster_name":"fortnight","nodes":{}})";
constexpr std::string_view kAcknowledged = R"({"acknowledged":true})";

struct KnownAnswer {
  std::string_view name;  // the first step of the path
  std::string_view body;
};
constexpr std::array<KnownAnswer, 12> kAnswers = {{
    {"_license", kLicense},
    {"_xpack", kXpack},
    {"_cluster", kHealth},
    {"_nodes", kNodes},
    {"_cat", "[]"},
    {"_template", "{}"},
    {"_index_template", "{}"},
    {"_component_template", "{}"},
    {"_ilm", "{}"},
    {"_ingest", "{}"},
    {"_data_stream", "{}"},
    {"_alias", "{}"},
}};

Reply elastic_reply(std::string_view body, const HttpRequest& request) {
  Reply reply = text_reply(200, "application/json", std::string(body));
  reply.headers.add("X-Elastic-Product", "Elasticsearch");
  reply.without_body = request.method == "HEAD";
  return reply;
}

}  // namespace

std::optional<ElasticRequest> understand_elastic(const HttpRequest& request, const Target& target) {
  const auto& path = target.path;
  const bool reads = request.method == "GET" || request.method == "HEAD";
  if (path.empty()) {
    if (!reads) return std::nullopt;
    return ElasticRequest{elastic_reply(kInfo, request), {}};
  }
  if (path.back() == "_bulk" && path.size() <= 2) {
    return ElasticRequest{std::nullopt, path.size() == 2 ? path.front() : std::string()};
  }
  const auto* const known =
      std::find_if(kAnswers.begin(), kAnswers.end(),
                   [&](const KnownAnswer& answer) { return answer.name == path.front(); });
  if (known == kAnswers.end()) return std::nullopt;
  if (reads) return ElasticRequest{elastic_reply(known->body, request), {}};
  if (request.method != "PUT" && request.method != "POST") return std::nullopt;
  return ElasticRequest{elastic_reply(kAcknowledged, request), {}};
}

}  // namespace fortnight::daemon
