#include "tools/client/connection.h"

#include <sys/un.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/write.hpp>
#include <charconv>
#include <cstdint>

namespace fortnight::client {
namespace {

namespace ssl = boost::asio::ssl;
using boost::asio::ip::tcp;
constexpr std::string_view kTls = "tls://";

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

Result<void> load_files(ssl::context& context, const Server& server) {
  boost::system::error_code error;
  const auto check = [&](const std::string& file) -> Result<void> {
    if (!error) return {};
    return Error{ErrorCode::invalid, file + ": " + error.message()};
  };
  SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_2_VERSION);
  context.set_verify_mode(ssl::verify_peer, error);
  if (server.ca.empty()) {
    context.set_default_verify_paths(error);
  } else {
    context.load_verify_file(server.ca, error);
  }
  FORTNIGHT_TRY(check(server.ca));
  if (server.certificate.empty()) return {};
  context.use_certificate_chain_file(server.certificate, error);
  FORTNIGHT_TRY(check(server.certificate));
  const std::string& key = server.key.empty() ? server.certificate : server.key;
  context.use_private_key_file(key, ssl::context::pem, error);
  return check(key);
}

}  // namespace

Result<void> Connection::open(const Server& server) {
  FORTNIGHT_TRY(connect(server));
  if (server.token.empty()) return {};
  FORTNIGHT_ASSIGN(const Closing closing, ask("AUTH " + server.token, [](auto) { return true; }));
  if (!closing.ok) return Error{ErrorCode::invalid, closing.text};
  return {};
}

Result<void> Connection::connect(const Server& server) {
  const bool tls = server.address.starts_with(kTls);
  const std::string address = tls ? server.address.substr(kTls.size()) : server.address;
  if (address.find('/') != std::string::npos) return connect_to_socket(address);
  FORTNIGHT_ASSIGN(const Address parsed, parse_address(address));
  boost::system::error_code error;
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
  if (tls) return shake_hands(server, parsed.host);
  return {};
}

Result<void> Connection::connect_to_socket(const std::string& path) {
  sockaddr_un limits{};
  if (path.size() >= sizeof limits.sun_path) {
    return Error{ErrorCode::invalid, path + ": the path is too long for a socket's"};
  }
  boost::system::error_code error;
  socket_.connect(boost::asio::local::stream_protocol::endpoint(path), error);
  if (error) return io_error("no connection to " + path + ": " + error.message());
  return {};
}

Result<void> Connection::shake_hands(const Server& server, const std::string& host) {
  tls_context_.emplace(ssl::context::tls_client);
  FORTNIGHT_TRY(load_files(*tls_context_, server));
  tls_.emplace(socket_, *tls_context_);
  SSL* const session = tls_->native_handle();
  X509_VERIFY_PARAM* const expected = SSL_get0_param(session);
  if (X509_VERIFY_PARAM_set1_ip_asc(expected, host.c_str()) != 1) {
    SSL_set1_host(session, host.c_str());
    SSL_set_tlsext_host_name(session, host.c_str());
  }
  boost::system::error_code error;
  tls_->handshake(ssl::stream_base::client, error);
  if (!error) return {};
  const long verified = SSL_get_verify_result(session);
  const std::string why = verified == X509_V_OK ? error.message()
                                                : std::string("the server's certificate: ") +
                                                      X509_verify_cert_error_string(verified);
  return io_error("no connection to " + server.address + ": " + why);
}

std::size_t Connection::read_some(boost::asio::mutable_buffer into,
                                  boost::system::error_code& failed) {
  const auto buffer = boost::asio::buffer(into);
  return tls_ ? tls_->read_some(buffer, failed) : socket_.read_some(buffer, failed);
}

void Connection::write(std::string_view bytes, boost::system::error_code& failed) {
  const auto buffer = boost::asio::buffer(bytes.data(), bytes.size());
  tls_ ? boost::asio::write(*tls_, buffer, failed) : boost::asio::write(socket_, buffer, failed);
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
        read_some(boost::asio::buffer(buffer_.data() + scanned, kPiece), error);
    buffer_.resize(scanned + read);
    if (error) return io_error("the connection broke: " + error.message());
  }
}

Result<Closing> Connection::ask(std::string_view request, const Row& row) {
  boost::system::error_code error;
  write(std::string(request).append("\n"), error);
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
