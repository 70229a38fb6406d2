#include "tools/client/connection.h"

#include <sys/un.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/write.hpp>
#include <charconv>
#include <cstdint>

namespace fortnight::client {
namespace {

using boost::asio::ip::tcp;

struct Address {
  std::string host;
  std::string port;
};

Result<Address> parse_address(const std::string& text) {
  const Error wrong{ErrorCode::invalid,
                    "\"" + text +
                        "\" is no address; expected HOST:PORT, as in 127.0.0.1:14002, or a "
                        "socket's path"};
  const std::size_t colon = text.rfind(':');
  Address address;
  address.port = colon == std::string::npos ? text : text.substr(colon + 1);
  address.host = colon == std::string::npos ? "127.0.0.1" : text.substr(0, colon);
  if (address.host.starts_with('[') && address.host.ends_with(']')) {
    address.host = address.host.substr(1, address.host.size() - 2);
  }
  std::uint16_t port = 0;
  const char* const end = address.port.data() + address.port.size();
  const auto [rest, error] = std::from_chars(address.port.data(), end, port);
  if (address.host.empty() || error != std::errc() || rest != end) return wrong;
  return address;
}

}  // namespace

Result<void> Connection::open(const std::string& address, const std::string& token) {
  FORTNIGHT_TRY(connect(address));
  if (token.empty()) return {};
  FORTNIGHT_ASSIGN(const Closing closing, ask("AUTH " + token, [](auto) { return true; }));
  if (!closing.ok) return Error{ErrorCode::invalid, closing.text};
  return {};
}

Result<void> Connection::connect(const std::string& address) {
  boost::system::error_code error;
  if (address.find('/') != std::string::npos) {
    sockaddr_un limits{};
    if (address.size() >= sizeof limits.sun_path) {
      return Error{ErrorCode::invalid, address + ": the path is too long for a socket's"};
    }
    socket_.connect(boost::asio::local::stream_protocol::endpoint(address), error);
    if (error) return io_error("no connection to " + address + ": " + error.message());
    return {};
  }
  FORTNIGHT_ASSIGN(const Address parsed, parse_address(address));
  tcp::resolver resolver(io_);
  const auto endpoints = resolver.resolve(parsed.host, parsed.port, error);
  for (const auto& endpoint : endpoints) {
    boost::system::error_code ignored;
    socket_.close(ignored);
    socket_.connect(endpoint.endpoint(), error);
    if (!error) break;
  }
  if (error) return io_error("no connection to " + address + ": " + error.message());
  socket_.set_option(tcp::no_delay(true), error);
  return {};
}

Result<std::string_view> Connection::read_line() {
  constexpr std::size_t kPiece = 1U << 16;
  std::size_t scanned = begin_;
  for (;;) {
    const std::size_t end = buffer_.find('\n', scanned);
    if (end != std::string::npos) {
      const std::string_view line = std::string_view(buffer_).substr(begin_, end - begin_);
      begin_ = end + 1;
      return line;
    }
    buffer_.erase(0, begin_);
    begin_ = 0;
    scanned = buffer_.size();
    buffer_.resize(scanned + kPiece);
    boost::system::error_code error;
    const std::size_t read =
        socket_.read_some(boost::asio::buffer(buffer_.data() + scanned, kPiece), error);
    buffer_.resize(scanned + read);
    if (error) return io_error("the connection broke: " + error.message());
  }
}

Result<Closing> Connection::ask(std::string_view request, const Row& row) {
  boost::system::error_code error;
  boost::asio::write(socket_, boost::asio::buffer(std::string(request).append("\n")), error);
  if (error) return io_error("the connection broke: " + error.message());
  for (;;) {
    FORTNIGHT_ASSIGN(std::string_view line, read_line());
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.starts_with('{')) {
      if (row(line)) continue;
      socket_.close(error);
      return Closing{true, "{}"};
    }
    if (line.starts_with("OK"))
      return Closing{true, std::string(line.substr(line.size() > 3 ? 3 : 2))};
    if (line.starts_with("ERR"))
      return Closing{false, std::string(line.substr(line.size() > 4 ? 4 : 3))};
    return io_error("this is no query port: it answered \"" + std::string(line.substr(0, 60)) +
                    "\"");
  }
}

}  // namespace fortnight::client
