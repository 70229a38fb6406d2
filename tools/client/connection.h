// A connection to a query port: requests out, answers in.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <functional>
#include <string>
#include <string_view>

#include "base/error.h"

namespace fortnight::client {

// How an answer closed.
struct Closing {
  bool ok = false;
  std::string text;  // behind "OK " (a JSON object) or "ERR " (code and message)
};

// Blocking; not thread-safe.
class Connection {
 public:
  // To HOST:PORT, [IPv6]:PORT, or a port of this machine. ErrorCode::invalid: no such form;
  // ErrorCode::io: nobody answers there.
  Result<void> open(const std::string& address);

  // Sends a request and hands each data line of its answer to `row`, without its line end; the view
  // lives until `row` returns. A row that returns false ends it, and the connection. ErrorCode::io:
  // the connection broke.
  using Row = std::function<bool(std::string_view line)>;
  Result<Closing> ask(std::string_view request, const Row& row);

 private:
  Result<std::string_view> read_line();

  boost::asio::io_context io_;
  boost::asio::ip::tcp::socket socket_{io_};
  std::string buffer_;
  std::size_t begin_ = 0;  // of what is not yet taken, in buffer_
};

}  // namespace fortnight::client
