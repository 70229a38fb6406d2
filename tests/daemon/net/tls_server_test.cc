// The handshakes of all ports: how many may wait.
#include "daemon/net/tls_server.h"

#include <sys/socket.h>

#include <array>
#include <boost/asio/post.hpp>
#include <boost/test/unit_test.hpp>
#include <future>

#include "base/descriptor.h"
#include "daemon/process.h"
#include "tests/daemon/net/certificates.h"
#include "tests/support/temporary_directory.h"

namespace fortnight::daemon {
BOOST_AUTO_TEST_SUITE(tls_server)

// Whether the other end of a socket is closed.
static bool is_closed(const Descriptor& socket) {
  char byte = 0;
  return ::recv(socket.get(), &byte, 1, MSG_DONTWAIT) == 0;
}

BOOST_AUTO_TEST_CASE(connections_that_come_too_fast_are_closed) {
  allow_many_descriptors();
  const tests::TemporaryDirectory directory;
  const config::Tls config{directory.path() + "/c.pem", directory.path() + "/k.pem", ""};
  const tests::Certificate own({});
  own.write_certificate(config.certificate);
  own.write_key(config.key);
  TlsServer server;
  const auto configured = server.configure(config);
  BOOST_REQUIRE_MESSAGE(configured, configured.error().message);
  std::promise<void> go_on;
  boost::asio::post(server.loop(), [future = go_on.get_future().share()] { future.wait(); });
  constexpr std::size_t kMore = 40;
  std::vector<Descriptor> peers;
  for (std::size_t i = 0; i < TlsServer::kMostQueued + kMore; ++i) {
    std::array<int, 2> ends{};
    BOOST_REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()) == 0);
    peers.emplace_back(ends[1]);
    StreamSocket socket(server.loop(), StreamSocket::protocol_type(AF_UNIX, 0), ends[0]);
    server.begin(std::move(socket), "here", TlsProtocol::lines, ClientCertificate::optional,
                 [](const Handshaken&) {});
  }
  for (std::size_t i = 0; i < peers.size(); ++i) {
    BOOST_TEST(is_closed(peers[i]) == (i >= TlsServer::kMostQueued));
  }
  go_on.set_value();
  server.stop();
  for (const Descriptor& peer : peers) BOOST_TEST(is_closed(peer));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace fortnight::daemon
