#include "daemon/queries/query_port.h"

#include <boost/asio/post.hpp>
#include <map>
#include <utility>

#include "daemon/log.h"
#include "daemon/net/parting.h"

namespace fortnight::daemon {
namespace {

using SteadyClock = std::chrono::steady_clock;
// While stopping, running requests have this long to send their closing line.
constexpr std::chrono::seconds kCloseTime{1};
constexpr std::chrono::milliseconds kCloseCheck{10};

constexpr std::chrono::milliseconds kTick{100};
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

}  // namespace

QueryPort::QueryPort(Listening listening, std::size_t max_connections, Queries& queries,
                     std::string_view no_more, Make make)
    : max_connections_(max_connections),
      queries_(queries),
      no_more_(no_more),
      make_(std::move(make)),
      listener_(loop_, std::move(listening), max_connections + kLimitedConnections + 1,
                [this](Stream stream) { accept(std::move(stream)); }) {}

QueryPort::~QueryPort() {
  stop();
  queries_.stop();
}

void QueryPort::ended(ClientConnection& connection) {
  connections_.erase(connection.shared_from_this());
  listener_.released();
}

bool QueryPort::has_room() { return listener_.connections() <= max_connections_ || make_room({}); }

void QueryPort::start() {
  listener_.start();
  thread_ = std::thread([this] { loop_.run(); });
}

void QueryPort::accept(Stream stream) {
  const bool limited = listener_.connections() > max_connections_ && !make_room(kNew);
  if (listener_.connections() > max_connections_ + kLimitedConnections && !make_room({})) {
    listener_.count_refused();
    listener_.released();
    return part_with(std::move(stream), no_more_);
  }
  const auto connection = make_(std::move(stream));
  connections_.insert(connection);
  connection->start(limited);
  if (connections_.size() == 1) tick_later();
}

void QueryPort::tick_later() {
  tick_timer_.expires_after(kTick);
  tick_timer_.async_wait([this](boost::system::error_code cancelled) {
    if (!cancelled) tick();
  });
}

void QueryPort::tick() {
  const auto connections = connections_;  // copy: ending a connection removes it
  for (const auto& connection : connections) connection->tick();
  if (queries_.space().sums_were_refused_within(kMemoryWanted)) free_memory();
  queries_.runner().end_overdue();
  if (!connections_.empty()) tick_later();
}

bool QueryPort::make_room(std::chrono::milliseconds idle) {
  std::map<std::string_view, std::size_t> of_peer;
  for (const auto& connection : connections_) ++of_peer[connection->peer()];
  // Chooses the connection idle for longest, of the peer with the most connections.
  std::shared_ptr<ClientConnection> first;
  for (const auto& connection : connections_) {
    if (!connection->idle_since()) continue;
    if (SteadyClock::now() - *connection->idle_since() < idle) continue;
    const auto rank = [&](const ClientConnection& one) {
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

void QueryPort::free_memory() {
  std::shared_ptr<ClientConnection> largest;
  for (const auto& connection : connections_) {
    const bool stalled = connection->stalled_for() > kSumsStalled;
    if (connection->waiting_sums() == 0) continue;
    if (!stalled && connection->sums_wait_for() < kSumsWait) continue;
    if (largest == nullptr || connection->waiting_sums() > largest->waiting_sums()) {
      largest = connection;
    }
  }
  if (largest == nullptr) return;
  largest->cut_answer();
}

void QueryPort::stop() {
  if (!thread_.joinable()) return;
  queries_.cancel();
  boost::asio::post(loop_, [this] {
    listener_.close();
    const auto connections = connections_;  // copy: closing a connection removes it
    for (const auto& connection : connections) connection->close();
    finish_when_closed(SteadyClock::now() + kCloseTime);
  });
  thread_.join();
}

void QueryPort::finish_when_closed(SteadyClock::time_point deadline) {
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

}  // namespace fortnight::daemon
