#include "daemon/ingest/ingest_port.h"

#include <utility>

namespace fortnight::daemon {
namespace {

constexpr std::chrono::milliseconds kIngestTick{100};
// A sender that is quiet for less than this is between two requests, or has only just connected.
constexpr std::chrono::seconds kIngestIdle{2};
// Reads of this size cost little beside what becomes of their bytes.
constexpr std::size_t kIngestInput = std::size_t{256} << 10;

}  // namespace

IngestPort::IngestPort(boost::asio::io_context& loop, Listening listening, NamedSources& sources,
                       const Shared& shared, const config::Limits& limits, SenderRule senders)
    : StreamPort(
          loop, std::move(listening), limits.max_connections,
          [this](Stream stream) { accept(std::move(stream)); }, [this] { make_room(); }),
      input_(kIngestInput),
      owner_{sources,
             shared.gatherer,
             shared.batches,
             shared.bodies,
             body_limits(limits.memory),
             senders,
             input_,
             shared.paused,
             [this](IngestConnection& ended) {
               connections_.erase(ended.shared_from_this());
               listener_.released();
             },
             [this](Opening::Kind kind) { listener_.note_wrong_port(name_of(kind)); }},
      tick_(loop) {}

void IngestPort::accept(Stream stream) {
  auto connection = std::make_shared<IngestConnection>(std::move(stream), owner_);
  connections_.insert(connection);
  if (connections_.size() == 1) tick_later();
  connection->start();
}

void IngestPort::make_room() {
  std::shared_ptr<IngestConnection> idlest;
  auto since = IngestConnection::Clock::now() - kIngestIdle;
  for (const auto& connection : connections_) {
    const auto idle_since = connection->idle_since();
    if (!idle_since || *idle_since > since) continue;
    since = *idle_since;
    idlest = connection;
  }
  if (idlest != nullptr) idlest->cut();
}

void IngestPort::tick_later() {
  tick_.expires_after(kIngestTick);
  tick_.async_wait([this](boost::system::error_code cancelled) {
    if (cancelled) return;
    const auto connections = connections_;  // copy: ending a connection removes it
    for (const auto& connection : connections) connection->tick();
    if (!connections_.empty()) tick_later();
  });
}

void IngestPort::close() {
  listener_.close();
  const auto connections = connections_;  // copy: closing a connection removes it
  for (const auto& connection : connections) connection->close();
}

void IngestPort::cut() {
  const auto connections = connections_;
  for (const auto& connection : connections) connection->cut();
}

}  // namespace fortnight::daemon
