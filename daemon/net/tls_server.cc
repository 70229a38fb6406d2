#include "daemon/net/tls_server.h"

#include <sys/stat.h>

#include <boost/asio/post.hpp>
#include <chrono>
#include <map>
#include <utility>

#include "base/civil_time.h"
#include "base/ip_address.h"
#include "daemon/log.h"
#include "daemon/net/parting.h"
#include "daemon/net/peer.h"
#include "daemon/process.h"

namespace fortnight::daemon {
namespace {

// Of all ports together. A handshake holds up to 60 KB.
constexpr std::size_t kMostHandshakes = 256;
constexpr std::chrono::seconds kLookInterval{1};
// Handshakes yield to the journal and to queries, as intake does.
constexpr int kHandshakeNiceness = 5;

TimeNs system_time() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

std::string time_text(TimeNs time) {
  std::string text;
  append_rfc3339(time, 0, text);
  return text;
}

}  // namespace

TlsServer::Fingerprint TlsServer::fingerprint(const config::Tls& config) {
  Fingerprint all;
  for (const std::string& path : {config.certificate, config.key, config.client_ca}) {
    struct stat file {};
    if (path.empty() || ::stat(path.c_str(), &file) != 0) file = {};
    all.insert(all.end(),
               {static_cast<std::int64_t>(file.st_dev), static_cast<std::int64_t>(file.st_ino),
                file.st_size, file.st_mtim.tv_sec, file.st_mtim.tv_nsec});
  }
  return all;
}

Result<void> TlsServer::check_end(const TlsContext& loaded, const TlsContext& current) {
  const TimeNs now = system_time();
  const bool needed = current.context != nullptr && current.not_after > now;
  if (loaded.not_after > now || !needed) return {};
  return Error{ErrorCode::invalid,
               "tls.certificate: it has expired on " + time_text(loaded.not_after)};
}

void TlsServer::use(TlsContext loaded, const config::Tls& config, Fingerprint files) {
  const TimeNs not_after = loaded.not_after;
  {
    const MutexLock lock(mutex_);
    current_ = std::move(loaded);
    config_ = config;
    loaded_ = std::move(files);
    problem_.clear();
  }
  log_info("the TLS certificate was loaded",
           {{"file", config.certificate}, {"not_after", time_text(not_after)}});
  if (not_after > system_time()) return;
  log_error("the TLS certificate has expired: clients refuse it",
            {{"file", config.certificate}, {"not_after", time_text(not_after)}});
}

Result<void> TlsServer::configure(const config::Tls& config) {
  if (!config.enabled()) return {};
  Fingerprint files = fingerprint(config);
  FORTNIGHT_ASSIGN(TlsContext loaded, load_tls(config));
  TlsContext current;
  {
    const MutexLock lock(mutex_);
    current = current_;
  }
  FORTNIGHT_TRY(check_end(loaded, current));
  use(std::move(loaded), config, std::move(files));
  if (thread_.joinable()) return {};
  thread_ = std::thread([this] {
    name_thread("tls");
    lower_priority(kHandshakeNiceness);
    watch();
    loop_.run();
  });
  return {};
}

void TlsServer::stop() {
  if (!thread_.joinable()) return;
  boost::asio::post(loop_, [this] {
    watch_.cancel();
    while (!pending_.empty()) pending_.front().handshake->cut();
    loop_.stop();
  });
  thread_.join();
}

void TlsServer::watch() {
  watch_.expires_after(kLookInterval);
  watch_.async_wait([this](boost::system::error_code cancelled) {
    if (cancelled) return;
    look();
    watch();
  });
}

// Files are replaced one after the other: they are loaded once they are as they were at the last
// look.
void TlsServer::look() {
  config::Tls config;
  Fingerprint loaded;
  TlsContext current;
  {
    const MutexLock lock(mutex_);
    config = config_;
    loaded = loaded_;
    current = current_;
  }
  Fingerprint files = fingerprint(config);
  const bool rest = files == last_seen_;
  last_seen_ = files;
  if (files == loaded || !rest) return;
  auto fresh = load_tls(config);
  if (fresh) {
    if (const auto usable = check_end(*fresh, current); !usable) fresh = usable.error();
  }
  if (fresh) return use(*std::move(fresh), config, std::move(files));
  log_error("the TLS certificate stays as it was: the changed files can't be used",
            {{"error", fresh.error().message}});
  const MutexLock lock(mutex_);
  loaded_ = std::move(files);
  problem_ = fresh.error().message;
}

void TlsServer::begin(StreamSocket socket, const std::string& where, TlsProtocol protocol,
                      ClientCertificate client, Done done) {
  if (queued_.fetch_add(1) >= kMostQueued) {
    --queued_;
    ++crowded_out_;
    return;
  }
  std::string from = address_of_peer(socket);
  Pending pending{nullptr, network_of(from), where, std::move(from), std::move(done)};
  boost::asio::post(loop_, [this, pending = std::move(pending), socket = std::move(socket),
                            protocol, client]() mutable {
    start(std::move(pending), std::move(socket), protocol, client);
  });
}

void TlsServer::start(Pending pending, StreamSocket socket, TlsProtocol protocol,
                      ClientCertificate client) {
  --queued_;
  TlsContext current;
  {
    const MutexLock lock(mutex_);
    current = current_;
  }
  SslPointer session = make_session(current, protocol, client);
  if (session == nullptr) return;
  if (pending_.size() >= kMostHandshakes) make_room();
  const auto place = pending_.insert(pending_.end(), std::move(pending));
  waiting_ = pending_.size();
  place->handshake =
      std::make_shared<Handshake>(std::move(socket), std::move(session),
                                  [this, place](Handshake::End end) { ended(place, end); });
  place->handshake->start();
}

void TlsServer::make_room() {
  std::map<std::string_view, std::size_t> of_peer;
  for (const Pending& one : pending_) ++of_peer[one.peer];
  const Pending* first = &pending_.front();
  for (const Pending& one : pending_) {
    if (of_peer[one.peer] > of_peer[first->peer]) first = &one;
  }
  ++crowded_out_;
  log_warning("a TLS handshake was closed: too many are pending",
              {{"at", first->where}, {"peer", first->from}, {"maximum", kMostHandshakes}});
  first->handshake->cut();
}

void TlsServer::ended(PendingList::iterator pending, Handshake::End end) {
  const Pending one = std::move(*pending);
  pending_.erase(pending);
  waiting_ = pending_.size();
  Handshake& handshake = *one.handshake;
  boost::system::error_code failed;
  switch (end) {
    case Handshake::End::established:
    case Handshake::End::not_tls: {
      Handshaken done;
      if (end == Handshake::End::established) {
        ++established_;
        done.peer = peer_certificate(*handshake.session());
        done.session = std::move(handshake.session());
      }
      done.socket = Descriptor(handshake.socket().release(failed));
      return one.done(std::move(done));
    }
    case Handshake::End::failed:
      ++failed_;
      log_info("a TLS handshake failed",
               {{"at", one.where}, {"peer", one.from}, {"error", handshake.why()}});
      // The peer can still read the alert.
      return part_with(Stream(std::move(handshake.socket())), "");
    case Handshake::End::late:
      ++late_;
      log_info("a TLS handshake took too long", {{"at", one.where}, {"peer", one.from}});
      break;
    case Handshake::End::closed:
      break;
  }
  handshake.socket().close(failed);
}

void TlsServer::write_status(JsonWriter& json) const {
  TimeNs not_after = 0;
  std::string problem;
  {
    const MutexLock lock(mutex_);
    if (!config_.enabled()) return;
    not_after = current_.not_after;
    problem = problem_;
  }
  json.key("tls").open_object();
  json.key("not_after").text(time_text(not_after));
  json.key("problem").text_or_null(problem);
  json.key("pending").number(waiting_.load());
  json.key("established").number(established_.load());
  json.key("failed").open_object();
  json.key("refused").number(failed_.load());
  json.key("late").number(late_.load());
  json.key("crowded_out").number(crowded_out_.load());
  json.close_object().close_object();
}

}  // namespace fortnight::daemon
