// The intake of the daemon: the intake thread with the configured sources, and the commit thread.
//
//   start()   opens the sources, which begin to deliver lines
//   reload()  unchanged sources continue without a gap, new ones open, others close
//   stop()    accepts no more lines, makes those received durable, acknowledges them
//
// Threads: the owner's; write_status() and ports_json() are thread-safe.
#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/keyed_hash.h"
#include "config/config.h"
#include "daemon/committer.h"
#include "daemon/gate.h"
#include "daemon/gatherer.h"
#include "daemon/ingest/ingest_port.h"
#include "daemon/intake_status.h"
#include "daemon/line/datagram_port.h"
#include "daemon/line/line_port.h"
#include "daemon/net/tls_server.h"
#include "daemon/source_intake.h"
#include "daemon/tail/source.h"

namespace fortnight::daemon {

class IntakeService {
 public:
  // What it reports, on the commit thread.
  struct Events {
    std::function<void(const Error&)> failed;
    // Calls of a batch, before they are appended; may be empty.
    std::function<void(const storage::Batch&)> taken_in = {};
  };
  // `store`, `clock`, `lines` and `tls` must outlive it.
  IntakeService(storage::Store& store, const Clock& clock, const config::Config& config,
                UnfinishedLines& lines, TlsServer& tls, Events events);
  ~IntakeService();

  // The hash of values that redact.hash selects; null: they are redacted. For the next start() or
  // reload().
  void set_hash(std::shared_ptr<const KeyedHash> hash) { hash_ = std::move(hash); }
  // Says who senders are. Without it, no source may require an identity. It must outlive this. For
  // the next start().
  void set_gate(const Gate& gate) { gate_ = &gate; }
  // Returns an error if a source can't be opened; then nothing runs.
  Result<void> start(const config::Config& config);
  // Returns an error if a source can't be opened; then nothing has changed. Waits for the intake
  // thread.
  Result<void> reload(const config::Config& config);
  // Returns an error if the store had no room for the last lines.
  Result<void> stop();

  // The address of each source, as JSON objects, in the configuration's order.
  [[nodiscard]] std::string ports_json();
  // How long syncs of the store took. Thread-safe.
  [[nodiscard]] TimeHistogram::Snapshot sync_times() const { return committer_.sync_times(); }
  // Why no lines are taken in; empty: they are. Thread-safe.
  [[nodiscard]] std::string paused() const { return committer_.status().paused; }
  // The work of all sources at present.
  struct Pace {
    double calls_per_second = 0;     // over the last minute
    std::uint64_t behind_bytes = 0;  // of tails
  };
  // Zeros if the intake thread doesn't answer in time. Thread-safe.
  [[nodiscard]] Pace pace();
  // The rows of SOURCES, one JSON object each, followed by a line end: each source whose name
  // passes, then its files. Empty: the intake thread didn't answer in time. Thread-safe.
  [[nodiscard]] std::optional<std::string> source_rows(
      const std::function<bool(std::string_view name)>& passes);
  // The intake's members of STATUS.
  void write_status(JsonWriter& json);

 private:
  struct Source {
    config::Source config;
    // Shared with the previous source of the same name, whose last connections may still deliver
    // lines: counts belong to the name.
    std::shared_ptr<SourceIntake> intake;
    std::shared_ptr<NamedSources> named;  // of a port for HTTP
    std::unique_ptr<IntakePort> port;
    PortCounts earlier;  // of earlier ports
    std::shared_ptr<TailSource> tail;
    void close();
    // Whether the file of its unix socket was removed or replaced.
    [[nodiscard]] bool lost_its_socket() const { return port && !port->reachable(); }
    [[nodiscard]] bool idle() const { return !port || port->idle(); }
  };
  using SourceList = std::vector<std::unique_ptr<Source>>;

  Result<Listening> listen(const config::Source& source);
  // `before`: the previous source of the same name; may be null.
  std::unique_ptr<Source> make(const config::Config& config, const config::Source& source,
                               Listening listening, const Source* before);
  std::unique_ptr<IntakePort> make_port(const config::Config& config, Source& source,
                                        Listening listening);
  // Lets the source drop repeated calls, or none.
  void set_recent_calls(const config::Config& config, const config::Source& source,
                        SourceIntake& intake);
  // The intake of a source that requests to the port `of` have named, or, if `known` is given, that
  // one with the present settings.
  query::Parsed<std::shared_ptr<SourceIntake>> name_source(const std::string& of,
                                                           const NamedSources::Key& key,
                                                           std::shared_ptr<SourceIntake> known);
  Result<void> apply(const config::Config& config);
  // The source's object in STATUS, and those of the sources that requests to it have named.
  void write_source(JsonWriter& array, const Source& source) const;
  void tick();
  void drain();
  void finish_when_drained(std::chrono::steady_clock::time_point deadline);
  // Runs `make` on the intake thread and waits for its result; a default one if that takes too
  // long.
  template <typename Make>
  std::invoke_result_t<Make> ask(Make make);

  storage::Store& store_;
  const Clock& clock_;
  UnfinishedLines& lines_;
  UnfinishedLines bodies_;  // of HTTP requests
  TlsServer& tls_;
  const Gate* gate_ = nullptr;
  std::shared_ptr<const config::Config> config_;  // the intake thread's
  std::shared_ptr<const KeyedHash> hash_;
  boost::asio::io_context loop_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  Committer committer_;
  Gatherer gatherer_;
  Batches batches_{gatherer_};
  const IngestPort::Shared ingest_{gatherer_, batches_, bodies_, [this] { return paused(); }};
  boost::asio::steady_timer drain_timer_{loop_};
  boost::asio::steady_timer tick_timer_{loop_};
  TailClaims claims_;
  SourceList sources_;
  SourceList closed_;  // closed, but connections may still be open
  std::thread thread_;
};

}  // namespace fortnight::daemon
