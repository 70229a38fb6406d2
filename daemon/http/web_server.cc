#include "daemon/http/web_server.h"

#include <utility>

#include "base/json_writer.h"
#include "daemon/http/openapi.h"

namespace fortnight::daemon {
namespace {

// The share of limits.memory that compressors of answers may take.
constexpr std::uint64_t kCompressorShare = 32;

OriginRules rules_of(const config::Web& config) {
  std::vector<std::string> hosts = config.hosts;
  const std::string& own = config.listen.host;
  // 0.0.0.0 and :: are no names of this host.
  if (own.find_first_not_of("0.:") != std::string::npos) {
    hosts.push_back(own.find(':') == std::string::npos ? own : "[" + own + "]");
  }
  return {std::move(hosts), config.origins};
}

}  // namespace

WebServer::WebServer(Listening listening, const config::Web& config, std::uint64_t memory,
                     Queries& queries, UnfinishedLines& lines, Intake intake,
                     access::SignIn& sign_in, const Clock& clock)
    : sessions_(sign_in, clock),
      site_{rules_of(config),
            std::move(intake.paused),
            [&queries, sync_times = std::move(intake.sync_times), calls = std::move(intake.calls)] {
              return Measurements{queries.runner().times(), sync_times(), calls()};
            },
            [&queries] { return openapi_json(*queries.context()); },
            [&queries](std::string_view token, std::string_view peer) {
              return queries.gate().who_has(token, peer);
            },
            std::chrono::duration_cast<std::chrono::seconds>(config.hsts),
            [&queries](std::string_view cookie) { return queries.gate().who_is_signed_in(cookie); },
            [this](std::string_view cookie, const access::Identity& connected) {
              return sessions_.show(cookie, connected);
            }},
      compressors_(memory / kCompressorShare),
      owner_{{port_, queries, lines}, compressors_, site_, &sessions_},
      port_(std::move(listening), config.max_connections, queries, HttpConnection::kNoMore,
            [this](Stream stream) {
              return std::make_shared<HttpConnection>(std::move(stream), owner_);
            }) {}

void WebServer::write_status(JsonWriter& json) const {
  json.key("web").open_object();
  json.key("connections").number(port_.listener().connections());
  json.key("refused_connections").number(port_.listener().refused());
  json.key("wrong_protocol").number(port_.listener().wrong_port());
  json.close_object();
}

}  // namespace fortnight::daemon
