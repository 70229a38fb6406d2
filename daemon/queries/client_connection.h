// A client's connection to a port that answers requests, as its port (daemon/queries/query_port.h)
// knows it.
//
// Lifetime: shared by its pending operations. Threads: the port's loop.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "daemon/queries/running_request.h"

namespace fortnight::daemon {

class ClientConnection : public std::enable_shared_from_this<ClientConnection>,
                         protected RunningRequest::Client {
 public:
  using Clock = std::chrono::steady_clock;
  virtual ~ClientConnection() = default;

  // `limited`: the maximum of connections is reached. Requests that run no query are answered for a
  // moment; others get an error unless there is room by then.
  virtual void start(bool limited) = 0;
  // Called every tenth of a second.
  virtual void tick() = 0;
  // Accepts no more requests; the answer in progress is ended and sent.
  virtual void close() = 0;
  // Ends the connection at once.
  virtual void cut() = 0;

  [[nodiscard]] virtual const std::string& peer() const = 0;
  // Since when it has had no request and nothing to send; nothing if it is busy.
  [[nodiscard]] virtual std::optional<Clock::time_point> idle_since() const = 0;
  // How long its reader has taken no byte of an answer.
  [[nodiscard]] virtual Clock::duration stalled_for() const = 0;
  // Bytes of aggregates that wait for the reader; and how long they have waited.
  [[nodiscard]] virtual std::size_t waiting_sums() const = 0;
  [[nodiscard]] virtual Clock::duration sums_wait_for() const = 0;
  // Ends the waiting answer: rows that aren't being written yet are dropped, and the client learns
  // that others need their memory.
  virtual void cut_answer() = 0;

 protected:
  std::shared_ptr<void> keep_alive() override { return shared_from_this(); }
};

}  // namespace fortnight::daemon
