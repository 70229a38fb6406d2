#include "daemon/daemon.h"

#include <boost/asio/post.hpp>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <future>
#include <optional>
#include <utility>

#include "base/civil_time.h"
#include "base/json_writer.h"
#include "daemon/data_directory.h"
#include "daemon/log.h"
#include "daemon/process.h"
#include "daemon/settings.h"
#include "storage/files/file_names.h"
#include "storage/files/key_file.h"
#include "storage/files/obstacles.h"
#include "storage/files/quarantine.h"

namespace fortnight::daemon {
namespace {

constexpr int kUpkeepNiceness = 10;
// How often a request that waits for the loop looks whether the loop has ended.
constexpr std::chrono::milliseconds kEndCheck{100};

void log_late(const storage::LateCalls& late) {
  std::string oldest;
  std::string kept_from;
  append_rfc3339(late.oldest, 0, oldest);
  append_rfc3339(day_start(late.kept_from), 0, kept_from);
  log_warning("calls came too late to be kept: they are counted",
              {{"calls", late.calls}, {"oldest", oldest}, {"kept_from", kept_from}});
}

}  // namespace

Daemon::Daemon(config::Config config, const Clock& clock, Reload reload)
    : config_(std::move(config)),
      clock_(clock),
      reload_(std::move(reload)),
      signals_(loop_, SIGTERM, SIGINT, SIGHUP),
      systemd_(loop_, [this] { return progress(); }),
      late_log_(log_late),
      trimmer_(config_.limits.memory),
      lines_(unfinished_bytes(config_.limits)),
      call_counters_(config_.web.enabled ? config_.web.metric_endpoints : 0) {
  // Writing to a log that has no reader must not end the process.
  std::signal(SIGPIPE, SIG_IGN);
}

Daemon::~Daemon() {
  // Before the ports: its handshakes end on their loops.
  tls_.stop();
}

Result<void> Daemon::run() {
  FORTNIGHT_TRY(start());
  wait_for_signal();
  systemd_.ready();
  log_info("ready", {{"version", FORTNIGHT_VERSION},
                     {"data", config_.data_directory},
                     {"queries", query_->port()}});
  loop_.run();
  systemd_.stopping();
  const auto stopped = stop();
  return ended_ ? stopped : ended_;
}

Result<void> Daemon::start() {
  FORTNIGHT_TRY(prepare_directory(config_.data_directory, "the data directory"));
  {
    const auto files = storage::posix_file_system(config_.data_directory);
    const auto known = storage::Engine::check_versions(*files);
    if (!known) return known.error().within(config_.data_directory);
  }
  FORTNIGHT_ASSIGN(lock_, storage::lock_directory(config_.data_directory));
  FORTNIGHT_ASSIGN(const auto obstacles, storage::clear_obstacles(config_.data_directory));
  for (const std::string& path : obstacles) {
    log_warning(
        "what was in the place of a file or directory of the store is in the quarantine now",
        {{"path", path}});
  }
  files_ = storage::posix_file_system(config_.data_directory);
  // Data that a daemon has changed is no backup any more.
  (void)files_->remove(std::string(storage::kBackupFile));
  FORTNIGHT_TRY(tls_.configure(config_.tls));
  FORTNIGHT_ASSIGN(std::vector<Listening> doors, open_doors());
  secret_files_ = storage::posix_file_system(config_.data_directory, storage::FileReaders::owner);
  registry_ = std::make_unique<access::Registry>(*secret_files_, config_.access.required);
  if (const auto& unreadable = registry_->unreadable()) {
    log_error("nobody is let in by a token or a password: their file can't be read",
              {{"error", unreadable->message}});
  }
  if (const auto& unreadable = registry_->tries_unreadable()) {
    log_warning("failed tries before this start are forgotten: their file can't be read",
                {{"error", unreadable->message}});
  }
  FORTNIGHT_TRY(open_audit());
  open_hash(config_.redact);
  FORTNIGHT_ASSIGN(gate_, Gate::make(config_.access, *registry_, clock_));
  storage::EngineOptions options = engine_options(config_);
  if (const auto bytes = disk_bytes(config_.data_directory)) fit_to_disk(options, *bytes);
  FORTNIGHT_ASSIGN(engine_, storage::Engine::open(*files_, options, clock_.now()));
  engine_->when_unreadable([](const std::string& what, const std::string& why) {
    log_warning("stored calls or counts can't be read: answers over them are partial",
                {{"what", what}, {"error", why}});
  });
  for (const std::string& warning : engine_->start_warnings()) {
    log_warning("the store is damaged", {{"what", warning}});
  }
  backups_ = std::make_unique<Backups>(config_.data_directory, *engine_, clock_);
  disk_watch_ = std::make_unique<DiskWatch>(loop_, *files_, options.nearly_full_bytes());
  disk_watch_->start();

  engine_->when_day_dropped([](const storage::DroppedDay& dropped) {
    log_info("a day's calls are dropped; its counts stay",
             {{"day", day_to_string(dropped.day)},
              {"calls", dropped.calls},
              {"bytes", dropped.bytes},
              {"why", dropped.for_room ? "retention.max_bytes" : "retention.days"}});
  });
  const auto failed = [this](const Error& error) { fail(error); };
  flushing_ = std::make_unique<Maintenance>(
      MaintenanceOptions{.thread_name = "flush", .trimmer = &trimmer_},
      [this](TimeNs now) {
        late_log_.tick(std::chrono::steady_clock::now());
        keep_access(now);
        return engine_->flush_if_due(now);
      },
      clock_, failed);
  upkeep_ = std::make_unique<Maintenance>(
      MaintenanceOptions{
          .thread_name = "upkeep", .niceness = kUpkeepNiceness, .trimmer = &trimmer_},
      [this](TimeNs now) {
        call_counters_.choose_if_due(*engine_, now);
        return engine_->upkeep(now);
      },
      clock_, failed);
  engine_->when_flush_due([this] { flushing_->wake(); });
  engine_->when_late([this](const storage::LateCalls& late) {
    late_log_.add(late, std::chrono::steady_clock::now());
  });
  intake_ =
      std::make_unique<IntakeService>(*engine_, clock_, config_, lines_, tls_, intake_events());
  queries_ = std::make_unique<Queries>(config_.query, config_.limits.memory, trimmer_, *gate_);
  queries_->set_context(context());
  query_ = std::make_unique<QueryServer>(std::move(doors), config_.query, *queries_, lines_);
  FORTNIGHT_TRY(open_web());
  intake_->set_hash(hash_);
  intake_->set_gate(*gate_);
  FORTNIGHT_TRY(intake_->start(config_));
  query_->start();
  if (web_ != nullptr) web_->start();
  return write_ports_if_there_is_room();
}

IntakeService::Events Daemon::intake_events() {
  IntakeService::Events events{[this](const Error& error) { fail(error); }};
  if (config_.web.enabled && config_.web.metric_endpoints != 0) {
    call_counters_.choose(*engine_, clock_.now());
    events.taken_in = [this](const storage::Batch& batch) { call_counters_.add(batch); };
  }
  return events;
}

TlsDoor Daemon::tls_door(std::optional<bool> wanted, TlsProtocol protocol) {
  return {wanted.value_or(false) ? &tls_ : nullptr, protocol, ClientCertificate::optional};
}

Result<std::vector<Listening>> Daemon::open_doors() {
  std::vector<Listening> doors;
  FORTNIGHT_ASSIGN(Listening port, listen_tcp(config_.query.listen,
                                              tls_door(config_.query.tls, TlsProtocol::lines)));
  doors.push_back(std::move(port));
  const bool given = !config_.query.socket.empty();
  auto socket =
      listen_unix(given ? config_.query.socket : config_.data_directory + '/' + kQuerySocket);
  if (socket) {
    query_socket_ = std::filesystem::absolute(socket->where).string();
    doors.push_back(*std::move(socket));
  } else if (given) {
    return socket.error();
  } else {
    log_warning("there is no unix socket for queries", {{"error", socket.error().message}});
  }
  return doors;
}

Result<void> Daemon::open_audit() {
  if (!config_.audit.enabled.value_or(config_.access.required)) return {};
  FORTNIGHT_ASSIGN(
      audit_, access::Audit::open(
                  *files_, {.days = config_.audit.days, .clock_hold = config_.storage.clock_hold},
                  clock_.now()));
  return {};
}

void Daemon::open_hash(const config::Redact& redact) {
  const bool hashes = !redact.hash_keys.empty() || !redact.hash_pointers.empty();
  if (!hashes || hash_ != nullptr) return;
  auto hash = storage::open_key_file(*files_, std::string(kHashKeyFile));
  if (!hash) {
    log_error("values are redacted instead of hashed: their key can't be used",
              {{"error", hash.error().message}});
    return;
  }
  hash_ = std::make_shared<const KeyedHash>(*hash);
}

void Daemon::keep_access(TimeNs now) {
  if (const auto kept = registry_->keep(now); !kept) {
    log_warning("the uses of tokens and failed tries can't be kept",
                {{"error", kept.error().message}});
  }
  if (audit_ == nullptr) return;
  if (const auto kept = audit_->keep(clock_.now()); !kept) {
    log_warning("the audit can't be kept", {{"error", kept.error().message}});
  }
}

Result<void> Daemon::open_web() {
  if (!config_.web.enabled) return {};
  auto listening = listen_tcp(config_.web.listen, tls_door(config_.web.tls, TlsProtocol::http));
  if (!listening && config_.web.listen_given) return listening.error();
  if (!listening) {
    log_warning("there is no page and no HTTP API: the default address of web.listen can't be used",
                {{"error", listening.error().message}});
    return {};
  }
  web_ = std::make_unique<WebServer>(std::move(*listening), config_.web, config_.limits.memory,
                                     *queries_, lines_,
                                     WebServer::Intake{[this] { return intake_->paused(); },
                                                       [this] { return intake_->sync_times(); },
                                                       [this] { return call_counters_.series(); }},
                                     registry_->sign_in(), clock_);
  return {};
}

Result<void> Daemon::write_ports() {
  std::string text;
  JsonWriter json(text);
  json.open_object().key("query").number(query_->port());
  if (!query_socket_.empty()) json.key("socket").text(query_socket_);
  if (web_ != nullptr) json.key("web").number(web_->port());
  json.key("sources").raw(intake_->ports_json()).close_object();
  return storage::write_atomically(*files_, kPortsFile, text + "\n");
}

// A full disk doesn't keep the daemon from answering queries.
Result<void> Daemon::write_ports_if_there_is_room() {
  auto written = write_ports();
  if (!written && written.error().code != ErrorCode::no_space) {
    // Something else may have that name, for example a directory.
    storage::set_aside(*files_, kPortsFile);
    storage::set_aside(*files_, kPortsFile + std::string(storage::kTemporarySuffix));
    written = write_ports();
  }
  if (written || written.error().code != ErrorCode::no_space) return written;
  log_warning("no room to write the ports in use", {{"error", written.error().message}});
  (void)files_->remove(kPortsFile);  // the file of an earlier start
  return {};
}

Result<void> Daemon::stop() {
  log_info("stopping");
  const auto taken_in = intake_->stop();
  queries_->cancel();
  tls_.stop();
  if (web_ != nullptr) web_->stop();
  query_->stop();
  queries_->stop();
  engine_->stop_upkeep();
  upkeep_->stop();
  flushing_->stop();
  keep_access(kMaxTime);
  // After a failure nothing more is written; the next start replays the journal.
  if (ended_) {
    FORTNIGHT_TRY(engine_->close());
    FORTNIGHT_TRY(taken_in);
  }
  log_info("stopped");
  return {};
}

void Daemon::wait_for_signal() {
  signals_.async_wait([this](boost::system::error_code failed, int signal) {
    if (failed) return;
    if (signal != SIGHUP) return loop_.stop();
    (void)reload();
    wait_for_signal();
  });
}

Result<query::Reloaded> Daemon::reload() {
  systemd_.reloading();
  auto reloaded = load_again();
  if (reloaded) {
    if (!reloaded->waits_for_restart.empty()) {
      log_warning("a change takes effect at the next start", {{"in", reloaded->waits_for_restart}});
    }
    log_info("the configuration was reloaded");
  } else {
    log_error("the configuration is unchanged", {{"error", reloaded.error().message}});
  }
  systemd_.reloaded();
  return reloaded;
}

Result<query::Reloaded> Daemon::load_again() {
  FORTNIGHT_ASSIGN(config::Config loaded, reload_());
  query::Reloaded reloaded{needs_restart(config_, loaded)};
  // Sections that only a start reads keep their values, so the next reload warns again.
  loaded.data_directory = config_.data_directory;
  loaded.retention = config_.retention;
  loaded.query = config_.query;
  loaded.web = config_.web;
  loaded.access = config_.access;
  loaded.audit = config_.audit;
  if (!loaded.tls.enabled()) loaded.tls = config_.tls;
  loaded.limits = config_.limits;
  loaded.storage = config_.storage;
  open_hash(loaded.redact);
  intake_->set_hash(hash_);
  FORTNIGHT_TRY(tls_.configure(loaded.tls));
  if (const auto applied = intake_->reload(loaded); !applied) {
    (void)tls_.configure(config_.tls);  // also if it named other files
    return applied.error();
  }
  config_ = std::move(loaded);
  set_log_level(config_.log.level);
  queries_->set_context(context());
  if (const auto written = write_ports(); !written) {
    log_error("can't write the ports in use", {{"error", written.error().message}});
  }
  return reloaded;
}

// Called on a query's thread.
Result<query::Reloaded> Daemon::reload_on_loop() {
  using Task = std::packaged_task<Result<query::Reloaded>()>;
  const auto task = std::make_shared<Task>([this] { return reload(); });
  auto reloaded = task->get_future();
  boost::asio::post(loop_, [task] { (*task)(); });
  while (reloaded.wait_for(kEndCheck) != std::future_status::ready) {
    if (loop_.stopped()) return Error{ErrorCode::cancelled, "the daemon is ending"};
  }
  return reloaded.get();
}

// Called from any thread.
void Daemon::fail(const Error& error) {
  boost::asio::post(loop_, [this, error] {
    ended_ = error;
    loop_.stop();
  });
}

Progress Daemon::progress() {
  const IntakeService::Pace pace = intake_->pace();
  return {pace.calls_per_second, pace.behind_bytes, engine_->kept_days(), intake_->paused()};
}

std::shared_ptr<const query::Context> Daemon::context() {
  auto context = query_context(config_, *engine_, *registry_, audit_.get(), hash_, clock_,
                               [this](JsonWriter& out) { write_status(out); },
                               {.eraser = engine_.get(), .sealer = &sealer_});
  context->reload = [this] { return reload_on_loop(); };
  context->back_up = [this](const std::string& directory, const storage::Budget& budget) {
    return backups_->back_up(directory, budget);
  };
  context->source_rows = [this](const std::function<bool(std::string_view)>& passes) {
    return intake_->source_rows(passes);
  };
  return context;
}

// Called on a query's thread.
void Daemon::write_status(JsonWriter& json) {
  const auto uptime =
      std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now() - started_);
  json.key("version").text(FORTNIGHT_VERSION);
  json.key("uptime_s").number(static_cast<std::uint64_t>(uptime.count()));
  json.key("process").open_object().key("rss_bytes").number(resident_bytes()).close_object();
  query_->write_status(json);
  if (web_ != nullptr) web_->write_status(json);
  if (audit_ != nullptr) {
    json.key("audit").open_object().key("records").number(audit_->lines());
    json.key("failed").number(audit_->failures()).close_object();
  }
  tls_.write_status(json);
  intake_->write_status(json);
}

}  // namespace fortnight::daemon
