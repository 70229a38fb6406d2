// Handshakes, and the bytes of sessions: as sent, in any pieces, to their end.
#include "daemon/net/tls_stream.h"

#include <openssl/err.h>
#include <sys/socket.h>

#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>
#include <csignal>
#include <random>
#include <thread>

#include "daemon/net/handshake.h"
#include "daemon/net/stream.h"
#include "daemon/net/tls_context.h"
#include "tests/daemon/net/certificates.h"
#include "tests/support/temporary_directory.h"

namespace fortnight::daemon {
BOOST_AUTO_TEST_SUITE(tls_stream)

using boost::system::error_code;

// The client's side, blocking, on the test's own thread.
class Peer {
 public:
  Peer(int socket, int version)
      : context_(SSL_CTX_new(TLS_client_method()), SSL_CTX_free), socket_(socket) {
    SSL_CTX_set_min_proto_version(context_.get(), version);
    SSL_CTX_set_max_proto_version(context_.get(), version);
    ssl_.reset(SSL_new(context_.get()));
    SSL_set_fd(ssl_.get(), socket);
  }
  ~Peer() { close(); }
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  [[nodiscard]] bool connect() { return SSL_connect(ssl_.get()) == 1; }
  void use(const tests::TemporaryDirectory& directory) {
    SSL_use_certificate_file(ssl_.get(), (directory.path() + "/client.pem").c_str(),
                             SSL_FILETYPE_PEM);
    SSL_use_PrivateKey_file(ssl_.get(), (directory.path() + "/client.key").c_str(),
                            SSL_FILETYPE_PEM);
  }
  void write(std::string_view bytes) {
    BOOST_REQUIRE(SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size())) ==
                  static_cast<int>(bytes.size()));
  }
  void end_writing() { SSL_shutdown(ssl_.get()); }
  std::string read(std::size_t most) {
    std::string bytes(most, '\0');
    const int count = SSL_read(ssl_.get(), bytes.data(), static_cast<int>(most));
    bytes.resize(static_cast<std::size_t>(std::max(count, 0)));
    return bytes;
  }
  // Whether the server has ended its side properly.
  [[nodiscard]] bool ended() const {
    return (SSL_get_shutdown(ssl_.get()) & SSL_RECEIVED_SHUTDOWN) != 0;
  }
  void close() {
    if (socket_ >= 0) ::close(socket_);
    socket_ = -1;
  }

 private:
  std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)> context_;
  SslPointer ssl_;
  int socket_;
};

// The daemon's side runs its loop on another thread.
struct Fixture {
  tests::TemporaryDirectory directory;
  config::Tls config{directory.path() + "/c.pem", directory.path() + "/k.pem", ""};
  ClientCertificate client = ClientCertificate::optional;
  boost::asio::io_context loop{1};
  std::shared_ptr<Handshake> handshake;
  std::optional<Handshake::End> end;
  std::optional<Stream> stream;
  std::optional<PeerCertificate> certificate;
  std::function<void()> established = [] {};
  std::thread thread;

  Fixture() {
    std::signal(SIGPIPE, SIG_IGN);
    const tests::Certificate own({});
    own.write_certificate(config.certificate);
    own.write_key(config.key);
  }
  ~Fixture() { join(); }
  void join() {
    if (thread.joinable()) thread.join();
  }
  // Begins a handshake; returns the client's socket.
  int start() {
    std::array<int, 2> ends{};
    BOOST_REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()) == 0);
    const int small = 20'000;
    ::setsockopt(ends[0], SOL_SOCKET, SO_SNDBUF, &small, sizeof small);
    auto loaded = load_tls(config);
    BOOST_REQUIRE(loaded);
    StreamSocket socket(loop, StreamSocket::protocol_type(AF_UNIX, 0), ends[0]);
    handshake = std::make_shared<Handshake>(
        std::move(socket), make_session(*loaded, TlsProtocol::lines, client),
        [this](Handshake::End how) {
          end = how;
          if (how != Handshake::End::established) return handshake->socket().close();
          certificate = peer_certificate(*handshake->session());
          stream.emplace(std::make_shared<TlsStream>(std::move(handshake->socket()),
                                                     std::move(handshake->session()), certificate));
          established();
        });
    handshake->start();
    thread = std::thread([this] { loop.run(); });
    return ends[1];
  }
};

// Writes back what it reads, in pieces of random sizes, and ends when its peer does.
struct Echo {
  Stream& stream;
  std::mt19937 random{7};
  std::string waiting = {};
  std::size_t first = 0;  // bytes of the first of two buffers
  error_code ended = {};

  void read() {
    stream.async_wait_read([this](error_code failed) {
      if (failed) return finish(failed);
      std::string bytes(1 + random() % 40'000, '\0');
      const std::size_t count =
          stream.read_some(boost::asio::buffer(bytes.data(), bytes.size()), failed);
      if (failed == boost::asio::error::would_block) return read();
      if (failed) return finish(failed);
      waiting = bytes.substr(0, count);
      first = random() % (count + 1);
      write();
    });
  }
  void write() {
    if (waiting.empty()) return read();
    const TlsStream::Buffers both = {
        boost::asio::buffer(waiting.data(), first),
        boost::asio::buffer(waiting.data() + first, waiting.size() - first)};
    stream.async_write_some(both, [this](error_code failed, std::size_t count) {
      if (failed) return finish(failed);
      waiting.erase(0, count);
      first -= std::min(first, count);
      write();
    });
  }
  void finish(error_code why) {
    ended = why;
    stream.close();
  }
};

std::string random_bytes(std::mt19937& random, std::size_t size) {
  std::string bytes(size, '\0');
  for (char& c : bytes) c = static_cast<char>(random());
  return bytes;
}

BOOST_FIXTURE_TEST_CASE(bytes_arrive_as_they_were_sent, Fixture) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    std::optional<Echo> echo;
    established = [&] {
      echo.emplace(Echo{*stream});
      echo->read();
    };
    Peer peer(start(), version);
    BOOST_REQUIRE(peer.connect());
    std::mt19937 random(static_cast<unsigned>(version));
    for (int round = 0; round < 60; ++round) {
      const std::string sent = random_bytes(random, 1 + random() % (round % 3 == 0 ? 90'000 : 50));
      peer.write(sent);  // the kernel's buffers hold it
      std::string received;
      while (received.size() < sent.size()) {
        const std::string piece = peer.read(sent.size() - received.size());
        BOOST_REQUIRE(!piece.empty());
        received += piece;
      }
      BOOST_TEST((received == sent));
    }
    peer.end_writing();
    BOOST_TEST(peer.read(1).empty());
    BOOST_TEST(peer.ended());
    join();
    BOOST_TEST((echo->ended == boost::asio::error::eof));
    BOOST_TEST(stream->socket().is_open() == false);
    loop.restart();
    stream.reset();
  }
}

BOOST_FIXTURE_TEST_CASE(an_end_without_close_notify_is_no_end, Fixture) {
  std::optional<Echo> echo;
  established = [&] {
    echo.emplace(Echo{*stream});
    echo->read();
  };
  Peer peer(start(), TLS1_3_VERSION);
  BOOST_REQUIRE(peer.connect());
  peer.write("half a line");
  std::string back;
  while (back.size() < 11) back += peer.read(100);
  BOOST_TEST(back == "half a line");
  peer.close();
  join();
  BOOST_TEST((echo->ended == boost::asio::error::connection_reset));
}

BOOST_FIXTURE_TEST_CASE(what_doesnt_fit_at_once_ends_the_writing, Fixture) {
  const std::string answer(1U << 20, 'a');
  established = [&] {
    stream->write_at_once(boost::asio::buffer(answer));
    BOOST_TEST(stream->held() > 0U);
    BOOST_TEST(stream->held() <= 40'000U);
    stream->async_write_some({boost::asio::buffer(answer), {}},
                             [&](error_code failed, std::size_t) {
                               BOOST_TEST((failed == boost::asio::error::connection_reset));
                               stream->close();
                             });
  };
  Peer peer(start(), TLS1_3_VERSION);
  BOOST_REQUIRE(peer.connect());
  join();
  std::size_t received = 0;
  while (const std::size_t count = peer.read(1U << 16).size()) received += count;
  BOOST_TEST(received > 0U);
  BOOST_TEST(received < answer.size());
  BOOST_TEST(!peer.ended());
}

BOOST_FIXTURE_TEST_CASE(what_isnt_tls_is_left_unread, Fixture) {
  const int socket = start();
  BOOST_REQUIRE(::write(socket, "PING\n", 5) == 5);
  join();
  ::close(socket);
  BOOST_TEST((end == Handshake::End::not_tls));
}

BOOST_FIXTURE_TEST_CASE(certificates_of_clients_are_verified, Fixture) {
  const tests::Certificate authority({.name = "authority", .authority = true});
  config.client_ca = directory.path() + "/ca.pem";
  authority.write_certificate(config.client_ca);
  const auto write = [&](const tests::Certificate& own) {
    own.write_certificate(directory.path() + "/client.pem");
    own.write_key(directory.path() + "/client.key");
  };
  const auto shaken = [&](bool shows) {
    Peer peer(start(), TLS1_2_VERSION);
    if (shows) peer.use(directory);
    const bool connected = peer.connect();
    join();
    loop.restart();
    stream.reset();
    return connected;
  };
  using Kind = CertificateName::Kind;
  const std::string names = "DNS:A.example,DNS:b.example,email:jo@example.com,URI:urn:c,IP:1.2.3.4";
  write(tests::Certificate({.alternative_names = names, .issuer = &authority}));
  BOOST_TEST(shaken(true));
  BOOST_REQUIRE(certificate);
  const std::vector<CertificateName> expected = {{Kind::dns, "a.example"},
                                                 {Kind::dns, "b.example"},
                                                 {Kind::email, "jo@example.com"},
                                                 {Kind::uri, "urn:c"}};
  BOOST_TEST((certificate->names == expected));
  BOOST_TEST(shaken(false));
  BOOST_TEST(!certificate);
  write(tests::Certificate({.seconds = -60, .issuer = &authority}));
  BOOST_TEST(!shaken(true));
  BOOST_TEST(handshake->why().find("has expired") != std::string::npos, handshake->why());
  write(tests::Certificate({}));
  BOOST_TEST(!shaken(true));
  BOOST_TEST((end == Handshake::End::failed));
  client = ClientCertificate::required;
  BOOST_TEST(!shaken(false));
  BOOST_TEST(handshake->why().find("did not return a certificate") != std::string::npos,
             handshake->why());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace fortnight::daemon
