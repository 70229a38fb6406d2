// A port of intake, of any protocol.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <utility>

#include "base/json_writer.h"
#include "daemon/net/listen.h"

namespace fortnight::daemon {

// What a port has counted since the start.
struct PortCounts {
  std::uint64_t refused = 0;  // connections
  std::uint64_t wrong_protocol = 0;
  std::uint64_t datagrams = 0;
  std::uint64_t kernel_drops = 0;  // datagrams for which the kernel had no room

  PortCounts& operator+=(const PortCounts& other) {
    refused += other.refused;
    wrong_protocol += other.wrong_protocol;
    datagrams += other.datagrams;
    kernel_drops += other.kernel_drops;
    return *this;
  }
};

// Threads: the intake thread only. Its loop must not run after the port is destroyed.
class IntakePort {
 public:
  IntakePort() = default;
  IntakePort(const IntakePort&) = delete;
  IntakePort& operator=(const IntakePort&) = delete;
  virtual ~IntakePort() = default;

  virtual void start() = 0;
  // Stops listening. Connections end once their lines are durable and acknowledged.
  virtual void close() = 0;
  // Moves the listening socket to another port of the same address. This one stops listening.
  virtual Listening hand_over() = 0;
  // Ends all connections at once.
  virtual void cut() = 0;

  // Whether clients can reach the socket by its name.
  [[nodiscard]] virtual bool reachable() const = 0;
  // Whether no connection is open.
  [[nodiscard]] virtual bool idle() const = 0;
  // 0 for a unix socket.
  [[nodiscard]] virtual std::uint16_t port() const = 0;
  [[nodiscard]] virtual PortCounts counts() const = 0;
  // Its members of the source's object in STATUS. `earlier`: counts of the source's earlier ports.
  virtual void write_status(JsonWriter& json, const PortCounts& earlier) const = 0;
};

// One that accepts connections.
class StreamPort : public IntakePort {
 public:
  StreamPort(boost::asio::io_context& loop, Listening listening, std::size_t max_connections,
             Listener::Accept accept, std::function<void()> make_room)
      : listener_(loop, std::move(listening), max_connections, std::move(accept),
                  std::move(make_room)) {}

  void start() override { listener_.start(); }
  Listening hand_over() override { return listener_.hand_over(); }
  [[nodiscard]] bool reachable() const override { return listener_.reachable(); }
  [[nodiscard]] bool idle() const override { return listener_.connections() == 0; }
  [[nodiscard]] std::uint16_t port() const override { return listener_.port(); }
  [[nodiscard]] PortCounts counts() const override {
    return {.refused = listener_.refused(), .wrong_protocol = listener_.wrong_port()};
  }
  void write_status(JsonWriter& json, const PortCounts& earlier) const override {
    PortCounts total = earlier;
    total += counts();
    json.key("connections").number(listener_.connections());
    json.key("refused_connections").number(total.refused);
    json.key("wrong_protocol").number(total.wrong_protocol);
  }

 protected:
  Listener listener_;
};

}  // namespace fortnight::daemon
