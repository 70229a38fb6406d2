// The client's side of a connection, blocking like netcat.
#pragma once

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <chrono>
#include <functional>
#include <string>
#include <thread>

#include "daemon/net/listen.h"

namespace fortnight::daemon {

class Client {
 public:
  explicit Client(std::uint16_t port) : socket_(loop_) {
    boost::asio::ip::tcp::socket tcp(loop_);
    tcp.connect({boost::asio::ip::address_v4::loopback(), port});
    socket_ = std::move(tcp);
  }
  explicit Client(const std::string& path) : socket_(loop_) {
    boost::asio::local::stream_protocol::socket local(loop_);
    local.connect(path);
    socket_ = std::move(local);
  }

  void send(std::string_view text) { boost::asio::write(socket_, boost::asio::buffer(text)); }
  // Sends as much as fits without waiting.
  std::size_t send_some(std::string_view text) {
    socket_.non_blocking(true);
    boost::system::error_code full;
    const std::size_t sent = socket_.write_some(boost::asio::buffer(text), full);
    socket_.non_blocking(false);
    return sent;
  }
  void half_close() { socket_.shutdown(StreamSocket::shutdown_send); }
  void close() { socket_.close(); }
  // The next line without its LF; empty at the end.
  std::string line() {
    boost::system::error_code ended;
    const std::size_t size =
        boost::asio::read_until(socket_, boost::asio::dynamic_buffer(input_), '\n', ended);
    const std::string line = input_.substr(0, size == 0 ? 0 : size - 1);
    input_.erase(0, size);
    return line;
  }
  std::string rest() {
    boost::system::error_code ended;
    boost::asio::read(socket_, boost::asio::dynamic_buffer(input_), ended);
    return std::move(input_);
  }

 private:
  boost::asio::io_context loop_;
  StreamSocket socket_;
  std::string input_;
};

// Waits until another thread makes the condition true; returns false after half a minute.
inline bool comes_true(const std::function<bool()>& condition) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return true;
}

}  // namespace fortnight::daemon
