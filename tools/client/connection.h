// A connection to a query port: sends requests and receives answers.
#pragma once

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <functional>
#include <string>
#include <string_view>

#include "base/error.h"

namespace fortnight::client {

// The closing line of an answer.
struct Closing {
  bool ok = false;
  std::string text;  // after "OK " (a JSON object) or "ERR " (code and message)
};

// Blocking; not thread-safe.
class Connection {
 public:
  // `address` is HOST:PORT, [IPv6]:PORT, a port of this machine, or a unix socket's path, which has
  // a `/`. Sends `token`, unless it is empty. ErrorCode::invalid: the address has another form, or
  // the server knows no such token; ErrorCode::io: no server answers there.
  Result<void> open(const std::string& address, const std::string& token);

  // Sends a request and passes each data line of its answer to `row`, without its line end; the
  // view is valid during the call. If `row` returns false, the request and the connection end.
  // ErrorCode::io: the connection broke.
  using Row = std::function<bool(std::string_view line)>;
  Result<Closing> ask(std::string_view request, const Row& row);

 private:
  Result<void> connect(const std::string& address);
  Result<std::string_view> read_line();

  boost::asio::io_context io_;
  boost::asio::generic::stream_protocol::socket socket_{io_};
  std::string buffer_;
  std::size_t begin_ = 0;  // start of the unread bytes in buffer_
};

}  // namespace fortnight::client
