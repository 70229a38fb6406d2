// TLS for all ports: the current certificate, and the handshakes of their connections.
//
//   Listener ─ socket ─> begin() ─> handshake (own thread) ─> Handshaken ─> Listener's loop
//
// Handshakes cost a thousand times what a line does. On their own thread they delay neither intake
// nor queries. Those that are pending are limited: when there are too many, the oldest one of the
// address that has the most is closed, so silent peers can't keep others out. Connections that come
// faster than the thread can begin their handshakes are closed at once.
//
// The files of the certificate are looked at every second, through symbolic links. When they have
// changed and rest, they are loaded. If they can't be used, the certificate stays and the log says
// why. Established connections keep the certificate that they began with.
#pragma once

#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/descriptor.h"
#include "base/json_writer.h"
#include "base/mutex.h"
#include "config/config.h"
#include "daemon/net/handshake.h"
#include "daemon/net/tls_context.h"

namespace fortnight::daemon {

// An accepted connection after its handshake.
struct Handshaken {
  Descriptor socket;
  SslPointer session;  // null: the peer doesn't speak TLS, and nothing was read
  std::optional<PeerCertificate> peer;
};

class TlsServer {
 public:
  // Called on the server's thread, once, unless the connection failed or was closed.
  using Done = std::function<void(Handshaken done)>;

  TlsServer() = default;
  ~TlsServer() { stop(); }
  TlsServer(const TlsServer&) = delete;
  TlsServer& operator=(const TlsServer&) = delete;

  // Loads the certificate, which is used and watched from now on. An error leaves everything as it
  // was: a file can't be used, or the certificate has expired and the one in use hasn't. Without a
  // certificate in `config` it does nothing. Threads: the owner's.
  Result<void> configure(const config::Tls& config);
  // Closes pending handshakes. No `done` is called afterwards. Threads: the owner's.
  void stop();

  // Connections that may wait for their handshake to begin: each holds a descriptor.
  static constexpr std::size_t kMostQueued = 1024;
  // The loop that sockets for begin() must belong to.
  [[nodiscard]] boost::asio::io_context& loop() { return loop_; }
  // Begins the handshake of an accepted connection; `where` is the port, for the log. Thread-safe.
  // Requires that configure() has succeeded with a certificate.
  void begin(StreamSocket socket, const std::string& where, TlsProtocol protocol,
             ClientCertificate client, Done done);

  // The member `"tls":{…}` of STATUS; nothing without a certificate. Thread-safe.
  void write_status(JsonWriter& json) const;

 private:
  // What identifies the content of the files; changes when one is replaced.
  using Fingerprint = std::vector<std::int64_t>;
  struct Pending {
    std::shared_ptr<Handshake> handshake;
    std::string peer;  // address of the peer's network
    std::string where;
    std::string from;  // the peer, for the log
    Done done;
  };
  using PendingList = std::list<Pending>;

  static Fingerprint fingerprint(const config::Tls& config);
  static Result<void> check_end(const TlsContext& loaded, const TlsContext& current);
  void use(TlsContext loaded, const config::Tls& config, Fingerprint files);
  void watch();
  void look();
  void start(Pending pending, StreamSocket socket, TlsProtocol protocol, ClientCertificate client);
  void make_room();
  void ended(PendingList::iterator pending, Handshake::End end);

  boost::asio::io_context loop_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_ =
      boost::asio::make_work_guard(loop_);
  boost::asio::steady_timer watch_{loop_};
  PendingList pending_;    // the oldest first; its thread's
  Fingerprint last_seen_;  // its thread's
  std::thread thread_;

  mutable Mutex mutex_;
  config::Tls config_ GUARDED_BY(mutex_);
  TlsContext current_ GUARDED_BY(mutex_);
  Fingerprint loaded_ GUARDED_BY(mutex_);   // of the files when they were last loaded, or failed to
  std::string problem_ GUARDED_BY(mutex_);  // why the files aren't used; empty: they are
  std::atomic<std::size_t> queued_{0};      // handshakes that haven't begun
  std::atomic<std::size_t> waiting_{0};     // and those that haven't ended
  std::atomic<std::uint64_t> established_{0};
  std::atomic<std::uint64_t> failed_{0};
  std::atomic<std::uint64_t> late_{0};
  std::atomic<std::uint64_t> crowded_out_{0};
};

}  // namespace fortnight::daemon
