#include "daemon/line/line_port.h"

#include <utility>

namespace fortnight::daemon {
namespace {

constexpr std::chrono::milliseconds kPortTick{100};
// A sender that is quiet for less than this is between two lines, or has only just connected.
constexpr std::chrono::seconds kIdle{2};

}  // namespace

LinePort::LinePort(boost::asio::io_context& loop, Listening listening, SourceIntake& source,
                   const config::Limits& limits, UnfinishedLines& lines, SenderRule senders)
    : StreamPort(
          loop, std::move(listening), limits.max_connections,
          [this](Stream stream) { accept(std::move(stream)); }, [this] { make_room(); }),
      owner_{source,
             lines,
             senders,
             limits.idle_timeout,
             [this](LineConnection& ended) {
               connections_.erase(ended.shared_from_this());
               listener_.released();
             },
             [this](Opening::Kind kind) { listener_.note_wrong_port(name_of(kind)); }},
      tick_(loop) {}

void LinePort::accept(Stream stream) {
  auto connection = std::make_shared<LineConnection>(std::move(stream), owner_);
  connections_.insert(connection);
  if (connections_.size() == 1) tick_later();
  connection->start();
}

void LinePort::make_room() {
  std::shared_ptr<LineConnection> idlest;
  LineConnection::Clock::time_point since = LineConnection::Clock::now() - kIdle;
  for (const auto& connection : connections_) {
    const auto idle_since = connection->idle_since();
    if (!idle_since || *idle_since > since) continue;
    since = *idle_since;
    idlest = connection;
  }
  if (idlest != nullptr) idlest->give_way();
}

void LinePort::tick_later() {
  tick_.expires_after(kPortTick);
  tick_.async_wait([this](boost::system::error_code cancelled) {
    if (cancelled) return;
    const auto connections = connections_;  // copy: ending a connection removes it
    for (const auto& connection : connections) connection->tick();
    if (!connections_.empty()) tick_later();
  });
}

void LinePort::close() {
  listener_.close();
  const auto connections = connections_;  // copy: closing a connection removes it
  for (const auto& connection : connections) connection->close();
}

void LinePort::cut() {
  const auto connections = connections_;
  for (const auto& connection : connections) connection->cut();
}

}  // namespace fortnight::daemon
