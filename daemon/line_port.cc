#include "daemon/line_port.h"

#include <utility>

namespace fortnight::daemon {

LinePort::LinePort(boost::asio::io_context& loop, Listening listening, SourceIntake& source,
                   const config::Limits& limits)
    : source_(source),
      idle_timeout_(limits.idle_timeout),
      listener_(loop, std::move(listening), limits.max_connections,
                [this](StreamSocket socket) { accept(std::move(socket)); }) {}

void LinePort::accept(StreamSocket socket) {
  auto connection = std::make_shared<LineConnection>(std::move(socket), source_, idle_timeout_,
                                                     [this](LineConnection& ended) {
                                                       connections_.erase(ended.shared_from_this());
                                                       listener_.released();
                                                     });
  connections_.insert(connection);
  connection->start();
}

void LinePort::close() {
  listener_.close();
  const auto connections = connections_;  // closing takes them out
  for (const auto& connection : connections) connection->close();
}

void LinePort::cut() {
  const auto connections = connections_;
  for (const auto& connection : connections) connection->cut();
}

}  // namespace fortnight::daemon
