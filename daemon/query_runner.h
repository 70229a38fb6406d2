// Runs requests on worker threads, by turns, within their budgets.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "config/config.h"
#include "daemon/answer_buffer.h"
#include "daemon/turns.h"
#include "daemon/worker_pool.h"
#include "query/service.h"

namespace fortnight::daemon {

// Any thread may use it. Tasks hold on to what they need, but not to the runner: stop it first.
class QueryRunner {
 public:
  // `written` says, on the worker's thread, that the buffer has something new.
  struct Job {
    std::shared_ptr<AnswerBuffer> buffer;
    std::function<void()> written;
  };

  // `computing` must outlive it.
  QueryRunner(std::size_t at_once, const config::Query& limits, Computing& computing);

  // `done` gets the closing line, on the worker's thread.
  void execute(Job job, std::shared_ptr<const query::Context> context, std::string request,
               std::function<void(std::string closing)> done);
  void start_follow(std::shared_ptr<const query::Context> context, std::string request,
                    std::function<void(query::Follow::Started started)> done);
  // `follow` must live until `done`, here and below, and nobody else use it. With `last`, finish()
  // instead of poll().
  void poll(Job job, query::Follow& follow, bool last,
            std::function<void(query::Follow::State state)> done);
  void miss_the_rest(Job job, query::Follow& follow, std::function<void()> done);

  // Ends what runs, with an error to its reader.
  void cancel() { stopping_ = true; }
  // The same, and waits for it: no reader may hold a query up any more.
  void stop();

  [[nodiscard]] std::uint64_t answered() const { return answered_; }
  [[nodiscard]] std::uint64_t running() const { return running_; }

 private:
  storage::Budget budget(Turn& turn, const AnswerBuffer& buffer,
                         std::chrono::steady_clock::duration max_time);

  const config::Query limits_;
  Turns turns_;
  Turns long_turns_;  // of queries that proved to be long: small ones never wait for those
  std::atomic<bool> stopping_{false};
  std::atomic<std::uint64_t> answered_{0};
  std::atomic<std::uint64_t> running_{0};
  WorkerPool workers_;
};

}  // namespace fortnight::daemon
