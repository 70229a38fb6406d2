#include "daemon/peer.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>

#include <fstream>
#include <optional>
#include <sstream>
#include <string>

namespace fortnight::daemon {
namespace {

// An IPv6 socket may be the peer of an IPv4 one: its addresses then have this before them.
constexpr const char* kMapped = "0000000000000000FFFF0000";

struct End {
  std::string address;  // as the kernel's tables have it: words of the host's byte order
  std::uint16_t port = 0;
};

std::optional<End> end_of(const StreamSocket::endpoint_type& endpoint) {
  if (endpoint.data()->sa_family == AF_INET) {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(*endpoint.data());
    return End{fmt::format("{:08X}", v4.sin_addr.s_addr), ntohs(v4.sin_port)};
  }
  if (endpoint.data()->sa_family == AF_INET6) {
    const auto& v6 = reinterpret_cast<const sockaddr_in6&>(*endpoint.data());
    const auto& words = v6.sin6_addr.s6_addr32;
    return End{fmt::format("{:08X}{:08X}{:08X}{:08X}", words[0], words[1], words[2], words[3]),
               ntohs(v6.sin6_port)};
  }
  return std::nullopt;
}

// Whether the table has the connection from `from` to `to`, and nobody holds it.
bool orphaned(const char* table, const char* before_addresses, const End& from, const End& to) {
  const std::string wanted = fmt::format(" {0}{1}:{2:04X} {0}{3}:{4:04X} ", before_addresses,
                                         from.address, from.port, to.address, to.port);
  std::ifstream in(table);
  for (std::string line; std::getline(in, line);) {
    const std::size_t found = line.find(wanted);
    if (found == std::string::npos) continue;
    // state, queues, timer, retransmits, user, timeout, inode: 0 where no file is the socket
    std::istringstream rest(line.substr(found + wanted.size()));
    std::string skipped;
    for (int i = 0; i < 6; ++i) rest >> skipped;
    std::uint64_t inode = 1;
    return rest >> inode && inode == 0;
  }
  return false;
}

}  // namespace

bool peer_is_gone(const StreamSocket& socket) {
  boost::system::error_code failed;
  const auto peer = socket.remote_endpoint(failed);
  if (failed) return false;
  const auto own = socket.local_endpoint(failed);
  if (failed) return false;
  const std::optional<End> from = end_of(peer);
  const std::optional<End> to = end_of(own);
  if (!from || !to) return false;
  if (peer.data()->sa_family == AF_INET6) return orphaned("/proc/self/net/tcp6", "", *from, *to);
  return orphaned("/proc/self/net/tcp", "", *from, *to) ||
         orphaned("/proc/self/net/tcp6", kMapped, *from, *to);
}

}  // namespace fortnight::daemon
