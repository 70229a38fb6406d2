#include "daemon/query_server.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <utility>

#include "storage/base/json_writer.h"

namespace fortnight::daemon {
namespace {

using SteadyClock = std::chrono::steady_clock;
// At a stop, what is being answered gets its closing line if its reader takes it this soon.
constexpr std::chrono::seconds kCloseTime{1};
constexpr std::chrono::milliseconds kCloseCheck{10};

std::size_t queries_at_once() {
  return std::clamp<std::size_t>(std::thread::hardware_concurrency(), 2, 4);
}

}  // namespace

QueryServer::QueryServer(Listening listening, const config::Query& config, Computing& computing)
    : runner_(queries_at_once(), config, computing),
      owner_{runner_, config.idle_timeout,
             [this] {
               const std::lock_guard lock(context_mutex_);
               return context_;
             },
             [this](QueryConnection& ended) {
               connections_.erase(ended.shared_from_this());
               listener_.released();
             }},
      listener_(loop_, std::move(listening), config.max_connections,
                [this](StreamSocket socket) { accept(std::move(socket)); }) {}

void QueryServer::set_context(std::shared_ptr<const query::Context> context) {
  const std::lock_guard lock(context_mutex_);
  context_ = std::move(context);
}

void QueryServer::start() {
  listener_.start();
  thread_ = std::thread([this] { loop_.run(); });
}

void QueryServer::accept(StreamSocket socket) {
  auto connection = std::make_shared<QueryConnection>(std::move(socket), owner_);
  connections_.insert(connection);
  connection->start();
}

void QueryServer::stop() {
  if (!thread_.joinable()) return;
  runner_.cancel();
  boost::asio::post(loop_, [this] {
    listener_.close();
    const auto connections = connections_;  // closing takes them out
    for (const auto& connection : connections) connection->close();
    finish_when_closed(SteadyClock::now() + kCloseTime);
  });
  thread_.join();
  runner_.stop();
}

void QueryServer::finish_when_closed(SteadyClock::time_point deadline) {
  if (connections_.empty() || SteadyClock::now() >= deadline) {
    const auto connections = connections_;
    for (const auto& connection : connections) connection->cut();
    loop_.stop();
    return;
  }
  close_timer_.expires_after(kCloseCheck);
  close_timer_.async_wait(
      [this, deadline](boost::system::error_code) { finish_when_closed(deadline); });
}

std::string QueryServer::status_json() const {
  std::string out = "{";
  storage::JsonWriter json(out);
  json.key("queries").open_object();
  json.key("connections").number(listener_.connections());
  json.key("refused_connections").number(listener_.refused());
  json.key("running").number(runner_.running()).key("answered").number(runner_.answered());
  json.close_object();
  return out.substr(1);
}

}  // namespace fortnight::daemon
