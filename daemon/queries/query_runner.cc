#include "daemon/queries/query_runner.h"

#include <algorithm>
#include <utility>

#include "base/ascii.h"

namespace fortnight::daemon {
namespace {

using SteadyClock = std::chrono::steady_clock;
// Threads that wait for a turn are cheap but not free: a stack, and a query's first memory.
constexpr std::size_t kThreads = 40;
// One of them may write a backup.
constexpr std::size_t kLightThreads = 3;
// A reader that keeps up makes room within this time; otherwise the query pauses.
constexpr std::chrono::milliseconds kReaderPatience{20};
// Rows are sent in pieces of this size, or after waiting this long for more rows.
constexpr std::size_t kSentPiece = 16U << 10;
constexpr std::chrono::milliseconds kPieceTime{50};

// The share of limits.memory that each query may hold, and the part that one query may hold.
constexpr std::uint64_t kMemoryShare = 128;
constexpr std::uint64_t kReserve = 4;
constexpr std::uint64_t kLeastShare = 512U << 10;

class BufferSink final : public query::Sink {
 public:
  // Writes to the audit what the next bytes of rows disclose.
  using Record = std::function<Result<void>(std::size_t bytes)>;
  // `patience`: how long to wait for a reader without room.
  BufferSink(const QueryRunner::Job& job, Turn* turn, std::chrono::milliseconds patience,
             Record record)
      : job_(job), turn_(turn), patience_(patience), record_(std::move(record)) {}

  bool has_room(std::size_t bytes) override {
    if (job_.buffer->has_room(piece_.size() + bytes + 1)) return true;
    if (!send()) return true;  // row() reports the failure
    if (job_.buffer->has_room(bytes + 1)) return true;
    if (patience_ != std::chrono::milliseconds::zero() && turn_ != nullptr) {
      const auto wait = [this] { return job_.buffer->wait_for_room(patience_); };
      if (turn_->without(wait)) return true;
    }
    was_full_ = true;
    return false;
  }
  // Whether has_room() returned false.
  [[nodiscard]] bool was_full() const { return was_full_; }

  bool row(std::string_view json) override {
    gave_rows_ = true;
    job_.encoder->row(json, piece_);
    if (piece_.size() < kSentPiece && SteadyClock::now() - sent_ < kPieceTime) return ok_;
    return send();
  }

  // Returns false if the reader is gone, there is no memory for unread rows, or the audit can't be
  // written.
  bool send() {
    sent_ = SteadyClock::now();
    if (piece_.empty() || !ok_) return ok_;
    if (!record()) return false;
    const auto added = job_.buffer->add(piece_);
    ok_ = added && *added;
    if (!added) error_ = query::too_busy(added.error().message);
    piece_.clear();
    if (ok_) job_.written();
    return ok_;
  }
  // The same at the end of an answer, whose closing line discloses what it counts.
  bool finish() { return send() && record(); }

  [[nodiscard]] bool gave_rows() const { return gave_rows_; }
  // Why rows were refused.
  [[nodiscard]] const std::optional<query::RequestError>& error() const { return error_; }

 private:
  bool record() {
    const auto recorded = record_(piece_.size());
    if (!recorded) {
      error_ = query::not_recorded(recorded.error());
      ok_ = false;
      piece_.clear();
    }
    return ok_;
  }

  const QueryRunner::Job& job_;
  Turn* turn_;
  const std::chrono::milliseconds patience_;
  const Record record_;
  std::string piece_;
  SteadyClock::time_point sent_ = SteadyClock::now();
  bool ok_ = true;
  bool was_full_ = false;
  bool gave_rows_ = false;
  std::optional<query::RequestError> error_;
};

query::RequestError stopping() { return {"cancelled", "the daemon is stopping"}; }

}  // namespace

// A request on its way through the queue, which it may enter several times.
class QueryRunner::Answer final : public QueryTask {
 public:
  Answer(QueryRunner& owner, Job of, std::shared_ptr<const query::Context> with,
         query::RequestLine line, Events of_it)
      : runner(owner),
        job(std::move(of)),
        context(std::move(with)),
        request(std::move(line)),
        events(std::move(of_it)) {
    peer = job.peer;
    begin();
  }
  // Starts the request from its first row.
  void begin() { answering = query::Answering::start(context, request); }
  void run() override { runner.run(*this); }
  void end(query::RequestError error) override { runner.finish(*this, std::move(error)); }
  BufferSink::Record recorder() {
    return [this](std::size_t bytes) { return answering->record(bytes); };
  }

  QueryRunner& runner;
  const Job job;
  const std::shared_ptr<const query::Context> context;
  const query::RequestLine request;
  std::unique_ptr<query::Answering> answering;
  bool reads = false;      // it reads calls or counts, so it needs turns
  bool gave_rows = false;  // it has sent rows, so it can't start again
  Events events;
  SteadyClock::duration max_time{};
  const SteadyClock::time_point begun = SteadyClock::now();
  // Set if the reader made no room while a thread waited for it.
  bool reader_is_slow = false;
  SteadyClock::time_point paused_at;
};

class QueryRunner::FollowStep final : public QueryTask {
 public:
  using Work = std::function<void(Turn& turn, const storage::Budget& budget)>;
  FollowStep(QueryRunner& owner, Job of, Work work, std::function<void()> done)
      : runner(owner), job(std::move(of)), work_(std::move(work)), done_(std::move(done)) {
    peer = job.peer;
  }
  void run() override { runner.run(*this); }
  void end(query::RequestError) override { done_(); }
  void work(Turn& turn, const storage::Budget& budget) { work_(turn, budget); }
  void done() { done_(); }

  QueryRunner& runner;
  const Job job;

 private:
  Work work_;
  std::function<void()> done_;
};

QueryRunner::QueryRunner(std::size_t at_once, const config::Query& limits, std::uint64_t memory,
                         MemoryTrimmer& trimmer)
    : limits_(limits),
      share_(
          std::min<std::uint64_t>(limits.max_memory, std::max(memory / kMemoryShare, kLeastShare))),
      reserve_(std::max(std::min<std::uint64_t>(limits.max_memory, memory / kReserve), share_)),
      trimmer_(trimmer),
      turns_(at_once),
      long_turns_(at_once),
      queue_(kThreads),
      light_workers_(kLightThreads),
      workers_(kThreads) {}

storage::Budget QueryRunner::budget(Turn& turn, QueryTask& task, const AnswerBuffer* buffer,
                                    SteadyClock::duration max_time) {
  using storage::Budget;
  const bool may_grow = task.may_pause && !task.has_reserve && share_ < reserve_;
  const auto stop = [this, &turn, &task, buffer, max_time]() -> Result<void> {
    FORTNIGHT_TRY(why_to_end(buffer));
    const SteadyClock::duration busy = turn.busy();
    if (busy > max_time) {
      return Error{ErrorCode::limit, "it took longer than " +
                                         std::to_string(limits_.max_time.count()) +
                                         " ms; ask for less, or raise query.max_time"};
    }
    if (busy > QueryQueue::kLarge) {
      // It continues with lower priority than intake and small queries.
      WorkerPool::step_back();
      turn.move_to(long_turns_);
      // A step of a FOLLOW is short and can't pause.
      if (task.may_pause && !keeps_thread(task)) {
        return Error{ErrorCode::locked, "as many large queries run as may"};
      }
    }
    turn.share();
    return {};
  };
  return Budget(task.has_reserve ? reserve_ : share_, stop,
                may_grow ? Budget::Share::may_grow : Budget::Share::final);
}

Result<void> QueryRunner::why_to_end(const AnswerBuffer* buffer) const {
  if (stopping_) return Error{ErrorCode::cancelled, "the daemon is stopping"};
  if (buffer != nullptr && buffer->abandoned()) {
    return Error{ErrorCode::cancelled, "the reader is gone"};
  }
  return {};
}

bool QueryRunner::keeps_thread(QueryTask& task) {
  if (task.large) return true;
  const MutexLock lock(mutex_);
  return queue_.make_large(task);
}

std::shared_ptr<QueryRunner::Answer> QueryRunner::answer(
    Job job, std::shared_ptr<const query::Context> context, query::RequestLine request,
    Events events) {
  const query::Weight weight = request.weight();
  auto answer = std::make_shared<Answer>(*this, std::move(job), std::move(context),
                                         std::move(request), std::move(events));
  ++running_;
  if (weight == query::Weight::none) {
    answer->run();
    return answer;
  }
  if (weight == query::Weight::light) {
    light_workers_.post([answer] { answer->run(); });
    return answer;
  }
  answer->reads = answer->may_pause = answer->may_be_refused = true;
  // An export may run for as long as its reader reads.
  answer->max_time = weight == query::Weight::endless ? SteadyClock::duration::max()
                                                      : SteadyClock::duration(limits_.max_time);
  push(answer);
  return answer;
}

void QueryRunner::go_on(const std::shared_ptr<Answer>& answer) {
  if (SteadyClock::now() - answer->paused_at < kReaderPatience) answer->reader_is_slow = false;
  push(answer);
}

void QueryRunner::push(std::shared_ptr<QueryTask> task) {
  {
    const MutexLock lock(mutex_);
    queue_.push(std::move(task));
  }
  hand_out();
}

void QueryRunner::hand_out() {
  while (true) {
    std::shared_ptr<QueryTask> task;
    {
      const MutexLock lock(mutex_);
      task = queue_.pop();
    }
    if (task == nullptr) return;
    workers_.post([task] { task->run(); });
  }
}

void QueryRunner::ended(QueryTask& task) {
  {
    const MutexLock lock(mutex_);
    queue_.ended(task);
  }
  hand_out();
}

// A request that reads no calls needs no turn and wasn't queued.
void QueryRunner::run(Answer& answer) {
  if (!answer.reads) {
    BufferSink sink(answer.job, nullptr, {}, answer.recorder());
    (void)answer.answering->run(
        sink, storage::Budget([this, &answer] { return why_to_end(answer.job.buffer.get()); }));
    const bool sent = sink.finish();
    if (!sent && sink.error()) return finish(answer, *sink.error());
    return finish(answer, answer.answering->closing());
  }
  bool paused = false;
  bool outgrown = false;
  bool for_reader = false;
  std::optional<query::RequestError> refused;
  const bool had_reserve = answer.has_reserve;
  {
    Turn turn(turns_, answer.peer, answer.busy);
    const storage::Budget within = budget(turn, answer, answer.job.buffer.get(), answer.max_time);
    BufferSink sink(answer.job, &turn,
                    answer.reader_is_slow ? std::chrono::milliseconds::zero() : kReaderPatience,
                    answer.recorder());
    paused = answer.answering->run(sink, within) == query::Answering::State::paused;
    for_reader = paused && sink.was_full();
    outgrown = within.may_grow() && within.outgrown();
    paused || outgrown ? sink.send() : sink.finish();
    refused = sink.error();
    answer.gave_rows = answer.gave_rows || sink.gave_rows();
    answer.may_be_refused = !answer.gave_rows;
    answer.busy = turn.busy();
  }
  const bool too_large = !paused && outgrown && !answer.gave_rows;
  answer.needs_reserve = too_large || (paused && !for_reader && had_reserve);
  std::optional<query::Closing> closing;
  if (refused) {
    closing = *refused;
  } else if (!paused && !too_large) {
    closing = answer.answering->closing();
  }
  // Its memory is free, and back with the system, before another query gets the reserve.
  if (too_large) answer.begin();
  if (closing) answer.answering.reset();
  if (had_reserve) trimmer_.trim_if_due();
  ended(answer);
  if (closing) return finish(answer, *std::move(closing));
  if (too_large || !for_reader) return push(answer.shared_from_this());
  answer.reader_is_slow = true;
  answer.paused_at = SteadyClock::now();
  answer.events.waits_for_room();
}

void QueryRunner::run(FollowStep& step) {
  {
    Turn turn(turns_, step.peer);
    step.work(turn, budget(turn, step, step.job.buffer.get(), limits_.max_time));
  }
  ended(step);
  step.done();
}

void QueryRunner::finish(Answer& answer, query::Closing closing) {
  --running_;
  ++answered_;
  if (const auto* words = answer.request.words(); words != nullptr) {
    times_[static_cast<std::size_t>(words->verb)].add(SteadyClock::now() - answer.begun);
  }
  // The events own the connection, which owns the answer: breaks the cycle.
  const Events events = std::move(answer.events);
  events.done(std::move(closing));
}

void QueryRunner::start_follow(std::string peer, std::shared_ptr<const query::Context> context,
                               query::RequestLine request,
                               std::function<void(std::shared_ptr<query::Follow::Started>)> done) {
  auto started = std::make_shared<query::Follow::Started>();
  push(std::make_shared<FollowStep>(
      *this, Job{nullptr, std::move(peer), nullptr, {}},
      [started, context = std::move(context), request = std::move(request)](
          Turn&, const storage::Budget&) { *started = query::Follow::start(context, request); },
      [started, done = std::move(done)] { done(started); }));
}

void QueryRunner::poll(Job job, query::Follow& follow, bool last,
                       std::function<void(query::Follow::State)> done) {
  auto state = std::make_shared<query::Follow::State>();
  const auto work = [job, &follow, last, state](Turn& turn, const storage::Budget& within) {
    BufferSink sink(job, &turn, {}, [&follow](std::size_t bytes) { return follow.record(bytes); });
    *state = last ? follow.finish(sink, within) : follow.poll(sink, within);
    if (!sink.send() && sink.error()) *state = query::Follow::State::ended;
  };
  push(std::make_shared<FollowStep>(*this, std::move(job), work,
                                    [state, done = std::move(done)] { done(*state); }));
}

void QueryRunner::miss_the_rest(const Job& job, query::Follow& follow, std::function<void()> done) {
  const auto work = [job, &follow](Turn& turn, const storage::Budget& within) {
    BufferSink sink(job, &turn, {}, [&follow](std::size_t bytes) { return follow.record(bytes); });
    follow.miss_the_rest(sink, within);
    sink.send();
  };
  push(std::make_shared<FollowStep>(*this, job, work, std::move(done)));
}

void QueryRunner::end_overdue() {
  while (true) {
    std::shared_ptr<QueryTask> task;
    {
      const MutexLock lock(mutex_);
      task = queue_.take_overdue(SteadyClock::now() - limits_.max_time);
    }
    if (task == nullptr) break;
    const std::string time = std::to_string(limits_.max_time.count()) + " ms";
    if (task->needs_reserve) {
      task->end(query::too_busy("other queries have held the memory that it needs for " + time +
                                "; ask again later, or raise limits.memory"));
    } else {
      task->end(query::too_many_at_once("it has waited for " + time +
                                        " behind other queries of this address; ask for less at "
                                        "a time"));
    }
  }
}

std::map<std::string, TimeHistogram::Snapshot> QueryRunner::times() const {
  std::map<std::string, TimeHistogram::Snapshot> times;
  for (const query::VerbWords& words : query::verbs()) {
    const auto snapshot = times_[static_cast<std::size_t>(words.verb)].snapshot();
    const bool asked = std::any_of(snapshot.counts.begin(), snapshot.counts.end(),
                                   [](std::uint64_t count) { return count != 0; });
    if (asked) times.emplace(lower(words.name), snapshot);
  }
  return times;
}

std::uint64_t QueryRunner::waiting() const {
  const MutexLock lock(mutex_);
  return queue_.waiting();
}

void QueryRunner::cancel() {
  stopping_ = true;
  std::list<std::shared_ptr<QueryTask>> waiting;
  {
    const MutexLock lock(mutex_);
    waiting = queue_.take_all();
  }
  for (const auto& task : waiting) task->end(stopping());
}

void QueryRunner::stop() {
  cancel();
  light_workers_.stop();
  workers_.stop();
}

}  // namespace fortnight::daemon
