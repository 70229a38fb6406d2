// The way in, as a whole: the intake thread with the configured sources on it, and the commit
// thread behind it.
//
//   start()   opens the sources; they begin to bring lines
//   reload()  sources that stayed go on without a gap, new ones open, others close
//   stop()    takes no more, makes durable what came in, tells those who wait for it
//
// Threads: all functions from the thread that owns it; status_json() and ports() from any.
#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "config/config.h"
#include "daemon/committer.h"
#include "daemon/gatherer.h"
#include "daemon/line/line_port.h"
#include "daemon/source_intake.h"
#include "daemon/tail/source.h"

namespace fortnight::daemon {

class IntakeService {
 public:
  // `store`, `clock` and `lines` must outlive it. `failed` is told on the commit thread.
  IntakeService(storage::Store& store, const Clock& clock, const config::Config& config,
                UnfinishedLines& lines, std::function<void(const Error&)> failed);
  ~IntakeService();

  // A source that can't be opened is an error, and nothing runs.
  Result<void> start(const config::Config& config);
  // A source that can't be opened is an error, and nothing has changed. Waits for the intake
  // thread.
  Result<void> reload(const config::Config& config);
  // An error where the store had no room for what came in last.
  Result<void> stop();

  // What each source listens on, as JSON objects, in the configuration's order.
  [[nodiscard]] std::string ports_json();
  // The way in's members of STATUS.
  [[nodiscard]] std::string status_json();

 private:
  struct Source {
    config::Source config;
    std::unique_ptr<SourceIntake> intake;
    std::unique_ptr<LinePort> port;
    std::shared_ptr<TailSource> tail;
    void close();
    // Whether somebody removed or replaced the file of its unix socket.
    [[nodiscard]] bool lost_its_socket() const { return port && !port->listener().reachable(); }
    [[nodiscard]] bool idle() const { return !port || port->listener().connections() == 0; }
  };
  using SourceList = std::vector<std::unique_ptr<Source>>;

  static Result<Listening> listen(const config::Source& source);
  std::unique_ptr<Source> make(const config::Config& config, const config::Source& source,
                               Listening listening);
  Result<void> apply(const config::Config& config);
  void tick();
  void drain();
  void finish_when_drained(std::chrono::steady_clock::time_point deadline);
  // Runs on the intake thread and waits for its result; nothing where that thread is gone.
  template <typename Make>
  std::string ask(Make make);

  const Clock& clock_;
  UnfinishedLines& lines_;
  boost::asio::io_context loop_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  Committer committer_;
  Gatherer gatherer_;
  boost::asio::steady_timer drain_timer_{loop_};
  boost::asio::steady_timer tick_timer_{loop_};
  TailClaims claims_;
  SourceList sources_;
  SourceList closed_;  // their last connections may not have ended yet
  std::thread thread_;
};

}  // namespace fortnight::daemon
