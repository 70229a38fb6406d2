#include "daemon/net/listen.h"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <memory>
#include <utility>

#include "base/ip_address.h"
#include "daemon/log.h"
#include "daemon/net/parting.h"
#include "daemon/net/peer.h"

namespace fortnight::daemon {
namespace {

constexpr mode_t kSocketMode = 0660;

Error listen_error(const std::string& where, int number) {
  std::string why = std::strerror(number);
  if (number == EADDRINUSE) why = "the port is in use by another process";
  if (number == EACCES) why = "no permission to listen there";
  return io_error("can't listen on " + where + ": " + why);
}

bool is_loopback(const sockaddr& address) {
  if (address.sa_family == AF_INET) {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(address);
    return (ntohl(v4.sin_addr.s_addr) >> 24) == 127;
  }
  const auto& v6 = reinterpret_cast<const sockaddr_in6&>(address);
  return address.sa_family == AF_INET6 && IN6_IS_ADDR_LOOPBACK(&v6.sin6_addr);
}

using Addresses = std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)>;

// The first result is what is listened on.
Result<Addresses> resolve(const config::Address& address, int type = SOCK_STREAM) {
  addrinfo hints{};
  hints.ai_socktype = type;
  hints.ai_flags = AI_PASSIVE;
  addrinfo* found = nullptr;
  const int failed =
      ::getaddrinfo(address.host.c_str(), std::to_string(address.port).c_str(), &hints, &found);
  if (failed != 0) return io_error(::gai_strerror(failed));
  return Addresses(found, ::freeaddrinfo);
}

// What a peer without TLS gets from a port with it.
std::string_view no_tls_line(TlsProtocol protocol) {
  return protocol == TlsProtocol::http
             ? "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nContent-Length: 37\r\n"
               "Connection: close\r\n\r\nThis port speaks TLS: write https://\n"
             : "ERR unsupported this port speaks TLS only\n";
}

std::uint16_t port_of(const Descriptor& socket) {
  sockaddr_storage bound{};
  socklen_t length = sizeof bound;
  if (::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&bound), &length) != 0) return 0;
  // The port has the same offset in both families.
  return ntohs(reinterpret_cast<const sockaddr_in&>(bound).sin_port);
}

// `type`: SOCK_STREAM or SOCK_DGRAM.
Result<Descriptor> bind_and_listen(const std::string& where, int type, const sockaddr* address,
                                   socklen_t length) {
  Descriptor socket(::socket(address->sa_family, type | SOCK_CLOEXEC, 0));
  if (!socket) return listen_error(where, errno);
  const int on = 1;
  // Of UDP it would let another process take the datagrams.
  if (type == SOCK_STREAM) ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  // fchmod before bind() sets the mode that the socket's file is created with (less the umask), so
  // users other than owner and group never have access.
  if (address->sa_family == AF_UNIX) (void)::fchmod(socket.get(), kSocketMode);
  if (::bind(socket.get(), address, length) != 0) return listen_error(where, errno);
  if (type == SOCK_STREAM && ::listen(socket.get(), SOMAXCONN) != 0) {
    return listen_error(where, errno);
  }
  return socket;
}

// Removes a socket file left behind by a daemon that no longer runs.
Result<void> remove_stale(const std::string& path, int type, const sockaddr_un& address) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) return {};
  if (!S_ISSOCK(status.st_mode)) {
    return io_error("can't listen on " + path + ": a file of that name is no socket");
  }
  const Descriptor probe(::socket(AF_UNIX, type | SOCK_CLOEXEC, 0));
  if (::connect(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
    return io_error("can't listen on " + path + ": another process listens there");
  }
  // EPROTOTYPE: a process listens with a socket of the other type, or has ended.
  if (errno != ECONNREFUSED) return listen_error(path, errno);
  if (::unlink(path.c_str()) != 0) return listen_error(path, errno);
  return {};
}

}  // namespace

FileIdentity identity_of_file(const std::string& path) {
  struct stat info {};
  if (path.empty() || ::lstat(path.c_str(), &info) != 0) return {};
  return {info.st_dev, info.st_ino};
}

Result<config::Reach> reach_of(const config::Address& address) {
  FORTNIGHT_ASSIGN(const Addresses found, resolve(address));
  return is_loopback(*found->ai_addr) ? config::Reach::host : config::Reach::network;
}

Result<Listening> listen_tcp(const config::Address& address, TlsDoor tls) {
  const std::string where = address.to_string();
  const auto found = resolve(address);
  if (!found) return found.error().within("can't listen on " + where);
  const addrinfo& first = **found;
  if (tls.server == nullptr && !is_loopback(*first.ai_addr)) {
    return Error{ErrorCode::invalid,
                 "can't listen on " + where + ": it isn't a loopback address, and has no TLS"};
  }
  FORTNIGHT_ASSIGN(Descriptor socket,
                   bind_and_listen(where, SOCK_STREAM, first.ai_addr, first.ai_addrlen));
  Listening listening{std::move(socket), first.ai_family, IPPROTO_TCP, 0, {}, tls};
  listening.port = port_of(listening.socket);
  listening.where = config::Address{address.host, listening.port}.to_string();
  return listening;
}

Result<Listening> listen_udp(const config::Address& address) {
  const std::string where = address.to_string();
  const auto found = resolve(address, SOCK_DGRAM);
  if (!found) return found.error().within("can't listen on " + where);
  const addrinfo& first = **found;
  if (!is_loopback(*first.ai_addr)) {
    return Error{ErrorCode::invalid,
                 "can't listen on " + where + ": it isn't a loopback address, and UDP has no TLS"};
  }
  FORTNIGHT_ASSIGN(Descriptor socket,
                   bind_and_listen(where, SOCK_DGRAM, first.ai_addr, first.ai_addrlen));
  Listening listening{std::move(socket), first.ai_family, IPPROTO_UDP, 0, {}, {}};
  listening.port = port_of(listening.socket);
  listening.where = config::Address{address.host, listening.port}.to_string();
  return listening;
}

Result<Listening> listen_unix(const std::string& path, int type) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) {
    return io_error("can't listen on " + path + ": a socket's path has at most " +
                    std::to_string(sizeof address.sun_path - 1) + " bytes");
  }
  path.copy(address.sun_path, path.size());
  FORTNIGHT_TRY(remove_stale(path, type, address));
  FORTNIGHT_ASSIGN(
      Descriptor socket,
      bind_and_listen(path, type, reinterpret_cast<const sockaddr*>(&address), sizeof address));
  if (::chmod(path.c_str(), kSocketMode) != 0) return listen_error(path, errno);
  return Listening{std::move(socket), AF_UNIX, 0, 0, path, {}};
}

Listener::Listener(boost::asio::io_context& loop, Listening listening, std::size_t max_connections,
                   Accept accept, std::function<void()> make_room)
    : acceptor_(loop),
      retry_(loop),
      max_connections_(max_connections),
      accept_(std::move(accept)),
      make_room_(std::move(make_room)),
      port_(listening.port),
      where_(listening.where),
      unix_path_(listening.family == AF_UNIX ? listening.where : ""),
      unix_identity_(identity_of_file(unix_path_)),
      tls_(listening.tls) {
  acceptor_.assign({listening.family, listening.protocol}, listening.socket.release());
}

void Listener::close() {
  if (!acceptor_.is_open()) return;
  boost::system::error_code ignored;
  acceptor_.close(ignored);
  retry_.cancel();
  if (!unix_path_.empty() && reachable()) ::unlink(unix_path_.c_str());
}

bool Listener::reachable() const {
  return unix_path_.empty() || identity_of_file(unix_path_) == unix_identity_;
}

Listening Listener::hand_over() {
  const auto endpoint = acceptor_.local_endpoint();
  Listening listening;
  listening.family = endpoint.protocol().family();
  listening.protocol = listening.family == AF_UNIX ? 0 : IPPROTO_TCP;
  listening.port = port_;
  listening.where = where_;
  listening.tls = tls_;
  // release() isn't used: it would cancel only where the kernel supports it.
  listening.socket = Descriptor(::fcntl(acceptor_.native_handle(), F_DUPFD_CLOEXEC, 0));
  unix_path_.clear();
  close();
  return listening;
}

void Listener::accept_next() {
  const auto accepted_one = [this](boost::system::error_code failed, StreamSocket socket) {
    if (failed == boost::asio::error::operation_aborted) return;
    if (failed) {
      log_warning("can't accept a connection", {{"at", where_}, {"error", failed.message()}});
      return wait_and_accept();
    }
    accepted(std::move(socket));
    accept_next();
  };
  if (tls_.server != nullptr) {
    acceptor_.async_accept(tls_.server->loop(), accepted_one);
  } else {
    acceptor_.async_accept(accepted_one);
  }
}

void Listener::accepted(StreamSocket socket) {
  // Nagle's algorithm would delay the closing line until the rows are acknowledged. Unix sockets
  // don't have the option and don't need it.
  boost::system::error_code ignored;
  socket.set_option(boost::asio::ip::tcp::no_delay(true), ignored);
  tls_.server != nullptr ? shake_hands(std::move(socket)) : admit(Stream(std::move(socket)));
}

void Listener::shake_hands(StreamSocket socket) {
  const auto executor = acceptor_.get_executor();
  tls_.server->begin(std::move(socket), where_, tls_.protocol, tls_.client,
                     [executor, alive = std::weak_ptr<Listener*>(self_)](Handshaken done) {
                       boost::asio::post(executor, [alive, done = std::move(done)]() mutable {
                         if (const auto self = alive.lock()) (*self)->handshaken(std::move(done));
                       });
                     });
}

void Listener::handshaken(Handshaken done) {
  if (!acceptor_.is_open()) return;
  const auto protocol = acceptor_.local_endpoint().protocol();
  StreamSocket socket(acceptor_.get_executor());
  boost::system::error_code failed;
  socket.assign(protocol, done.socket.get(), failed);
  if (failed) return;
  (void)done.socket.release();
  if (done.session != nullptr) {
    return admit(Stream(std::make_shared<TlsStream>(std::move(socket), std::move(done.session),
                                                    std::move(done.peer))));
  }
  note_wrong_port("plain text");
  part_with(Stream(std::move(socket)), no_tls_line(tls_.protocol));
}

void Listener::admit(Stream stream) {
  if (stream.encrypted() && !count(stream)) {
    log_warning("a connection was refused: its address has half of the maximum",
                {{"at", where_}, {"peer", address_of_peer(stream.socket())}});
    return refuse(std::move(stream));
  }
  if (connections_ >= max_connections_ && make_room_) make_room_();
  if (connections_ >= max_connections_) {
    log_warning("a connection was refused: the maximum is reached",
                {{"at", where_}, {"max_connections", max_connections_}});
    return refuse(std::move(stream));
  }
  ++connections_;
  accept_(std::move(stream));
}

void Listener::refuse(Stream stream) {
  ++refused_;
  part_with(std::move(stream),
            tls_.protocol == TlsProtocol::http
                ? "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 2\r\nContent-Length: 0\r\n"
                  "Connection: close\r\n\r\n"
                : "ERR limit the maximum number of connections is open; try again later\n");
}

bool Listener::count(Stream& stream) {
  const std::string peer = network_of(address_of_peer(stream.socket()));
  if ((*of_peer_)[peer] >= std::max<std::size_t>(max_connections_ / 2, 1)) return false;
  ++(*of_peer_)[peer];
  stream.hold(std::shared_ptr<void>(nullptr, [all = of_peer_, peer](void*) {
    if (--(*all)[peer] == 0) all->erase(peer);
  }));
  return true;
}

void Listener::note_wrong_port(std::string_view protocol) {
  ++wrong_port_;
  log_warning("a connection with another protocol was closed; nothing from it was stored",
              {{"at", where_}, {"protocol", protocol}});
}

// Probably out of descriptors; retrying at once would busy-loop.
void Listener::wait_and_accept() {
  retry_.expires_after(std::chrono::milliseconds(200));
  retry_.async_wait([this](boost::system::error_code cancelled) {
    if (!cancelled) accept_next();
  });
}

}  // namespace fortnight::daemon
