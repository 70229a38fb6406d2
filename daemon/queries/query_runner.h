// Runs requests on worker threads, in turns, within their budgets and the shared memory limit.
//
//            ┌────────────── no room for its rows: waits for the reader, without a thread
//            v                                                     │
//   push -> queue -> worker: waits for turns, computes, gives rows ┴─> closing line
//            ^                                                     │
//            └─ no memory (until it has the reserve), or large ────┘
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "base/mutex.h"
#include "config/config.h"
#include "daemon/memory_trimmer.h"
#include "daemon/queries/answer_buffer.h"
#include "daemon/queries/answer_encoder.h"
#include "daemon/queries/query_queue.h"
#include "daemon/queries/turns.h"
#include "daemon/time_histogram.h"
#include "daemon/worker_pool.h"
#include "query/service.h"
#include "query/vocabulary.h"

namespace fortnight::daemon {

// Thread-safe. Tasks own what they need, except the runner: stop it before destroying it.
class QueryRunner {
 public:
  // The destination of an answer, and the client.
  struct Job {
    std::shared_ptr<AnswerBuffer> buffer;
    std::string peer;                        // the client's address
    std::shared_ptr<AnswerEncoder> encoder;  // of the rows; not null, except to start a FOLLOW
    std::function<void()> written;  // the buffer has new rows; called on the worker's thread
  };
  // Called on the worker's thread.
  struct Events {
    std::function<void()> waits_for_room;  // the buffer is full: call go_on() once it wants more
    std::function<void(query::Closing closing)> done;
  };
  class Answer;

  // `memory` is limits.memory, from which it takes its shares. `trimmer` must outlive it.
  QueryRunner(std::size_t at_once, const config::Query& limits, std::uint64_t memory,
              MemoryTrimmer& trimmer);

  std::shared_ptr<Answer> answer(Job job, std::shared_ptr<const query::Context> context,
                                 query::RequestLine request, Events events);
  void go_on(const std::shared_ptr<Answer>& answer);

  void start_follow(std::string peer, std::shared_ptr<const query::Context> context,
                    query::RequestLine request,
                    std::function<void(std::shared_ptr<query::Follow::Started> started)> done);
  // `follow` must live until `done` is called, and must not be used elsewhere until then. `last`
  // calls finish() instead of poll().
  void poll(Job job, query::Follow& follow, bool last,
            std::function<void(query::Follow::State state)> done);
  void miss_the_rest(const Job& job, query::Follow& follow, std::function<void()> done);

  // Ends requests that have waited too long for memory. Call it regularly.
  void end_overdue();

  // Ends all running requests with an error.
  void cancel();
  // The same, and waits until they have ended.
  void stop();

  [[nodiscard]] std::uint64_t answered() const { return answered_; }
  // How long answers took, by verb in lower case; only verbs that were asked.
  [[nodiscard]] std::map<std::string, TimeHistogram::Snapshot> times() const;
  // Requests in progress, including waiting ones.
  [[nodiscard]] std::uint64_t running() const { return running_; }
  // Those that wait for a thread or for memory.
  [[nodiscard]] std::uint64_t waiting() const;

 private:
  class Step;
  class FollowStep;

  // Passes tasks to workers while some may run.
  void push(std::shared_ptr<QueryTask> task);
  void ended(QueryTask& task);
  void hand_out();
  void run(Answer& answer);
  void run(FollowStep& step);
  storage::Budget budget(Turn& turn, QueryTask& task, const AnswerBuffer* buffer,
                         std::chrono::steady_clock::duration max_time);
  // The error of a request that has to end, whatever it does.
  Result<void> why_to_end(const AnswerBuffer* buffer) const;
  // Whether a query that has become large keeps its thread.
  bool keeps_thread(QueryTask& task);
  void finish(Answer& answer, query::Closing closing);

  const config::Query limits_;
  const std::uint64_t share_;    // bytes that every query may hold
  const std::uint64_t reserve_;  // bytes that one query at a time may hold
  MemoryTrimmer& trimmer_;
  Turns turns_;
  Turns long_turns_;  // of long queries, so that small ones never wait for them
  std::atomic<bool> stopping_{false};
  std::atomic<std::uint64_t> answered_{0};
  std::array<TimeHistogram, query::kVerbs> times_;
  std::atomic<std::uint64_t> running_{0};
  mutable Mutex mutex_;
  QueryQueue queue_ GUARDED_BY(mutex_);
  WorkerPool light_workers_;  // for requests that read no calls
  WorkerPool workers_;
};

}  // namespace fortnight::daemon
