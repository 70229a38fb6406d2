#include "daemon/line/query_server.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <map>
#include <utility>

#include "base/json_writer.h"
#include "daemon/line/parting.h"
#include "daemon/log.h"

namespace fortnight::daemon {
namespace {

using SteadyClock = std::chrono::steady_clock;
// While stopping, running requests have this long to send their closing line.
constexpr std::chrono::seconds kCloseTime{1};
constexpr std::chrono::milliseconds kCloseCheck{10};

constexpr std::chrono::milliseconds kServerTick{100};
// The share of limits.memory that buffered rows of calls may take, and that of aggregates.
constexpr std::uint64_t kSpaceShare = 32;
constexpr std::uint64_t kSumsShare = 16;
// Connections above the maximum, for clients that only ask for the daemon's state.
constexpr std::size_t kLimitedConnections = 16;
// A newer connection may have sent a request that hasn't been read yet.
constexpr std::chrono::milliseconds kNew{20};
// When connections run out, a reader that takes nothing for this long is disconnected.
constexpr std::chrono::seconds kStalled{10};
// When memory is short: how recent the shortage must be, how long a reader must have taken nothing,
// and how long aggregates must have waited for a slow reader, before its answer is cut.
constexpr std::chrono::seconds kMemoryWanted{2};
constexpr std::chrono::seconds kSumsStalled{5};
constexpr std::chrono::seconds kSumsWait{10};

std::size_t queries_at_once() {
  return std::clamp<std::size_t>(std::thread::hardware_concurrency(), 2, 4);
}

}  // namespace

QueryServer::QueryServer(Listening listening, const config::Query& config, std::uint64_t memory,
                         UnfinishedLines& lines, ActiveQueries& active_queries)
    : max_connections_(config.max_connections),
      space_(memory / kSpaceShare, memory / kSumsShare),
      runner_(queries_at_once(), config, memory, active_queries),
      owner_{runner_,
             space_,
             lines,
             {},
             config.idle_timeout,
             [this] {
               const MutexLock lock(context_mutex_);
               return context_;
             },
             [this](QueryConnection& ended) {
               connections_.erase(ended.shared_from_this());
               listener_.released();
             },
             [this](Opening::Kind kind) { listener_.note_wrong_port(name_of(kind)); },
             [this] { listener_.count_refused(); },
             [this] { return listener_.connections() <= max_connections_ || make_room({}); }},
      listener_(loop_, std::move(listening), config.max_connections + kLimitedConnections + 1,
                [this](StreamSocket socket) { accept(std::move(socket)); }) {}

void QueryServer::set_context(std::shared_ptr<const query::Context> context) {
  const MutexLock lock(context_mutex_);
  context_ = std::move(context);
}

void QueryServer::start() {
  listener_.start();
  thread_ = std::thread([this] { loop_.run(); });
}

void QueryServer::accept(StreamSocket socket) {
  const bool limited = listener_.connections() > max_connections_ && !make_room(kNew);
  if (listener_.connections() > max_connections_ + kLimitedConnections && !make_room({})) {
    listener_.count_refused();
    listener_.released();
    return part_with(std::move(socket), QueryConnection::kNoMore);
  }
  auto connection = std::make_shared<QueryConnection>(std::move(socket), owner_);
  connections_.insert(connection);
  connection->start(limited);
  if (connections_.size() == 1) tick_later();
}

void QueryServer::tick_later() {
  tick_timer_.expires_after(kServerTick);
  tick_timer_.async_wait([this](boost::system::error_code cancelled) {
    if (!cancelled) tick();
  });
}

void QueryServer::tick() {
  const auto connections = connections_;  // copy: ending a connection removes it
  for (const auto& connection : connections) connection->tick();
  if (space_.sums_were_refused_within(kMemoryWanted)) free_memory();
  runner_.end_overdue();
  if (!connections_.empty()) tick_later();
}

bool QueryServer::make_room(std::chrono::milliseconds idle) {
  std::map<std::string_view, std::size_t> of_peer;
  for (const auto& connection : connections_) ++of_peer[connection->peer()];
  // Chooses the connection idle for longest, of the peer with the most connections.
  std::shared_ptr<QueryConnection> first;
  for (const auto& connection : connections_) {
    if (!connection->idle_since()) continue;
    if (SteadyClock::now() - *connection->idle_since() < idle) continue;
    const auto rank = [&](const QueryConnection& one) {
      return std::pair(of_peer[one.peer()], SteadyClock::now() - *one.idle_since());
    };
    if (first == nullptr || rank(*connection) > rank(*first)) first = connection;
  }
  for (const auto& connection : connections_) {
    if (first != nullptr) break;
    if (connection->stalled_for() > kStalled) first = connection;
  }
  if (first == nullptr) return false;
  log_info("a connection is closed to make room for another", {{"peer", first->peer()}});
  first->cut();
  return true;
}

void QueryServer::free_memory() {
  std::shared_ptr<QueryConnection> largest;
  for (const auto& connection : connections_) {
    const bool stalled = connection->stalled_for() > kSumsStalled;
    if (connection->waiting_sums() == 0) continue;
    if (!stalled && connection->sums_wait_for() < kSumsWait) continue;
    if (largest == nullptr || connection->waiting_sums() > largest->waiting_sums()) {
      largest = connection;
    }
  }
  if (largest == nullptr) return;
  largest->cut_answer("ERR limit the answer wasn't read soon enough, and others need its memory\n");
}

void QueryServer::stop() {
  if (!thread_.joinable()) return;
  runner_.cancel();
  boost::asio::post(loop_, [this] {
    listener_.close();
    const auto connections = connections_;  // copy: closing a connection removes it
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

void QueryServer::write_status(JsonWriter& json) const {
  json.key("queries").open_object();
  json.key("connections").number(listener_.connections());
  json.key("refused_connections").number(listener_.refused());
  json.key("wrong_protocol").number(listener_.wrong_port());
  json.key("running").number(runner_.running()).key("waiting").number(runner_.waiting());
  json.key("answered").number(runner_.answered());
  json.key("answer_bytes").number(space_.used());
  json.key("unfinished_bytes").number(owner_.lines.held());
  json.close_object();
}

}  // namespace fortnight::daemon
