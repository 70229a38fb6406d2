// Runs requests on worker threads, by turns, within their budgets and the memory that all share.
//
//            ┌────────────── no room for its rows: the reader is waited for, without a thread
//            v                                                     │
//   push -> queue -> worker: waits for turns, computes, gives rows ┴─> closing line
//            ^                                                     │
//            └─ no memory (until it has the reserve), or large ────┘
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "config/config.h"
#include "daemon/line/answer_buffer.h"
#include "daemon/line/query_queue.h"
#include "daemon/line/turns.h"
#include "daemon/worker_pool.h"
#include "query/service.h"

namespace fortnight::daemon {

// Any thread may use it. Tasks hold on to what they need, but not to the runner: stop it first.
class QueryRunner {
 public:
  // Where an answer goes, and of whom it is.
  struct Job {
    std::shared_ptr<AnswerBuffer> buffer;
    std::string peer;               // the reader's address
    std::function<void()> written;  // the buffer has something new; on the worker's thread
  };
  // What becomes of a request; both are called on the worker's thread.
  struct Events {
    std::function<void()> waits_for_room;  // of its buffer: go_on() once it wants more
    std::function<void(std::string closing)> done;
  };
  class Answer;

  // `memory` is limits.memory, of which it takes its shares; `computing` must outlive it.
  QueryRunner(std::size_t at_once, const config::Query& limits, std::uint64_t memory,
              ActiveQueries& active_queries);

  std::shared_ptr<Answer> answer(Job job, std::shared_ptr<const query::Context> context,
                                 const std::string& request, Events events);
  void go_on(const std::shared_ptr<Answer>& answer);

  void start_follow(std::string peer, std::shared_ptr<const query::Context> context,
                    std::string request, std::function<void(query::Follow::Started started)> done);
  // `follow` must live until `done`, here and below, and nobody else use it. With `last`, finish()
  // instead of poll().
  void poll(Job job, query::Follow& follow, bool last,
            std::function<void(query::Follow::State state)> done);
  void miss_the_rest(Job job, query::Follow& follow, std::function<void()> done);

  // Ends what has waited too long for memory; to be called now and then.
  void end_overdue();

  // Ends what runs, with an error to its reader.
  void cancel();
  // The same, and waits for it.
  void stop();

  [[nodiscard]] std::uint64_t answered() const { return answered_; }
  // Requests that are being answered, those that wait among them.
  [[nodiscard]] std::uint64_t running() const { return running_; }
  // Of these, those that wait for a thread or for memory.
  [[nodiscard]] std::uint64_t waiting() const;

 private:
  class Step;
  class FollowStep;

  // Hands tasks to workers as long as some may run.
  void push(std::shared_ptr<QueryTask> task);
  void ended(QueryTask& task);
  void hand_out();
  void run(Answer& answer);
  void run(FollowStep& step);
  storage::Budget budget(Turn& turn, QueryTask& task, const AnswerBuffer* buffer,
                         std::chrono::steady_clock::duration max_time);
  bool make_large(QueryTask& task);
  void finish(Answer& answer, std::string closing);

  const config::Query limits_;
  const std::uint64_t share_;    // bytes that every query may hold
  const std::uint64_t reserve_;  // and that one at a time may
  Turns turns_;
  Turns long_turns_;  // of queries that proved to be long: small ones never wait for those
  std::atomic<bool> stopping_{false};
  std::atomic<std::uint64_t> answered_{0};
  std::atomic<std::uint64_t> running_{0};
  mutable std::mutex mutex_;
  QueryQueue queue_;          // guarded by mutex_
  WorkerPool light_workers_;  // for requests that read no calls
  WorkerPool workers_;
};

}  // namespace fortnight::daemon
