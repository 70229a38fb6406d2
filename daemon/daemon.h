// The daemon: starts its components in order, waits for signals, and stops them in reverse order.
//
//   lock and store  ->  maintenance  ->  query and web ports  ->  intake  ->  ports.json, READY
//
// SIGTERM and SIGINT stop it: intake first, whose lines become durable, then the rest. SIGHUP and
// the verb RELOAD load the configuration again. A failed store also stops it, with an error.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "access/audit.h"
#include "access/sealer.h"
#include "config/config.h"
#include "daemon/backups.h"
#include "daemon/call_counters.h"
#include "daemon/clock.h"
#include "daemon/disk_watch.h"
#include "daemon/gate.h"
#include "daemon/http/web_server.h"
#include "daemon/intake_service.h"
#include "daemon/late_log.h"
#include "daemon/line/query_server.h"
#include "daemon/maintenance.h"
#include "daemon/net/tls_server.h"
#include "daemon/service_manager.h"
#include "storage/engine.h"
#include "storage/files/file_system.h"

namespace fortnight::daemon {

class Daemon {
 public:
  // Reads the configuration again. The error names what is wrong with it.
  using Reload = std::function<Result<config::Config>()>;

  // `config.data_directory` must be set. `clock` must outlive it.
  Daemon(config::Config config, const Clock& clock, Reload reload);
  ~Daemon();

  // Runs until a signal stops it. Returns an error if it couldn't start or the store failed.
  Result<void> run();

 private:
  Result<void> start();
  IntakeService::Events intake_events();
  Result<void> open_audit();
  // Opens the key of hashed values, once the configuration has any.
  void open_hash(const config::Redact& redact);
  // Opens the port of the page and of the API, unless it is switched off.
  Result<void> open_web();
  Result<void> write_ports();
  Result<void> write_ports_if_there_is_room();
  Result<void> stop();
  [[nodiscard]] TlsDoor tls_door(std::optional<bool> wanted, TlsProtocol protocol);
  // The query port and the unix socket.
  Result<std::vector<Listening>> open_doors();
  void wait_for_signal();
  // Loads the configuration again and logs the result; after an error nothing has changed.
  Result<query::Reloaded> reload();
  Result<query::Reloaded> load_again();
  // The same, on the loop's thread, for another one.
  Result<query::Reloaded> reload_on_loop();
  // Makes records durable: of the audit, and of when tokens were used, which is due at `now`.
  void keep_access(TimeNs now);
  void fail(const Error& error);
  [[nodiscard]] Progress progress();
  void write_status(JsonWriter& json);
  [[nodiscard]] std::shared_ptr<const query::Context> context();

  config::Config config_;
  const Clock& clock_;
  const Reload reload_;
  const std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();

  boost::asio::io_context loop_{1};
  boost::asio::signal_set signals_;
  ServiceManager systemd_;
  LateLog late_log_;
  Result<void> ended_;  // the result of run()

  std::unique_ptr<storage::DirectoryLock> lock_;
  std::unique_ptr<storage::FileSystem> files_;
  std::unique_ptr<storage::Engine> engine_;
  std::unique_ptr<Backups> backups_;
  std::unique_ptr<DiskWatch> disk_watch_;
  MemoryTrimmer trimmer_;
  UnfinishedLines lines_;
  CallCounters call_counters_;
  TlsServer tls_;
  std::unique_ptr<Maintenance> flushing_;
  std::unique_ptr<Maintenance> upkeep_;
  std::unique_ptr<storage::FileSystem> secret_files_;  // which only the daemon's user reads
  std::unique_ptr<access::Registry> registry_;
  const access::Sealer sealer_;
  std::shared_ptr<const KeyedHash> hash_;  // of redacted values; null: none are hashed
  std::unique_ptr<access::Audit> audit_;   // null if the audit is off
  std::optional<Gate> gate_;
  std::unique_ptr<Queries> queries_;
  std::unique_ptr<QueryServer> query_;
  std::string query_socket_;  // absolute path; empty: there is none
  std::unique_ptr<IntakeService> intake_;
  std::unique_ptr<WebServer> web_;  // null: no port
};

}  // namespace fortnight::daemon
