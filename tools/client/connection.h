// A connection to a query port: sends requests and receives answers.
#pragma once

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "tools/client/options.h"

namespace fortnight::client {

// The closing line of an answer.
struct Closing {
  bool ok = false;
  std::string text;  // after "OK " (a JSON object) or "ERR " (code and message)
};

// Blocking; not thread-safe.
class Connection {
 public:
  // The server's address is HOST:PORT, [IPv6]:PORT, a port of this machine, one of these with
  // tls:// before it, or a unix socket's path, which has a `/`. Sends the token, unless it is
  // empty. ErrorCode::invalid: the address has another form, a file of the server's can't be used,
  // or the server knows no such token; ErrorCode::io: no server answers there, or its certificate
  // isn't valid for the host.
  Result<void> open(const Server& server);

  // Sends a request and passes each data line of its answer to `row`, without its line end; the
  // view is valid during the call. If `row` returns false, the request and the connection end.
  // ErrorCode::io: the connection broke.
  using Row = std::function<bool(std::string_view line)>;
  Result<Closing> ask(std::string_view request, const Row& row);

 private:
  using Socket = boost::asio::generic::stream_protocol::socket;
  Result<void> connect(const Server& server);
  Result<void> connect_to_socket(const std::string& path);
  Result<void> shake_hands(const Server& server, const std::string& host);
  Result<std::string_view> read_line();
  std::size_t read_some(boost::asio::mutable_buffer into, boost::system::error_code& failed);
  void write(std::string_view bytes, boost::system::error_code& failed);

  boost::asio::io_context io_;
  Socket socket_{io_};
  std::optional<boost::asio::ssl::context> tls_context_;
  std::optional<boost::asio::ssl::stream<Socket&>> tls_;  // over socket_; nothing: without TLS
  std::string buffer_;
  std::size_t begin_ = 0;  // start of the unread bytes in buffer_
};

}  // namespace fortnight::client
