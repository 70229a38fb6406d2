// Sends lines to a daemon's HTTP port.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <cstdint>
#include <string>

#include "base/error.h"

namespace fortnight::format {

// Blocking; not thread-safe.
class HttpSender {
 public:
  // `address` is HOST:PORT, also behind http://. `token` may be empty. ErrorCode::invalid: another
  // form of address; ErrorCode::io: nobody answers there.
  Result<void> open(const std::string& address, std::string token);

  struct Taken {
    std::uint64_t accepted = 0;
    bool repeated = false;  // the batch had been taken in before
  };
  // Sends one line as a batch of its own, and waits until it is on disk. ErrorCode::io: the
  // connection broke, or the daemon refused the batch; the message has its answer.
  Result<Taken> send(const std::string& line, const std::string& source, const std::string& format,
                     const std::string& batch);

 private:
  boost::asio::io_context io_;
  boost::beast::tcp_stream stream_{io_};
  boost::beast::flat_buffer buffer_;
  std::string host_;
  std::string token_;
};

}  // namespace fortnight::format
