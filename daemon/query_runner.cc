#include "daemon/query_runner.h"

#include <utility>

#include "query/request.h"

namespace fortnight::daemon {
namespace {

using SteadyClock = std::chrono::steady_clock;
// Threads are cheap while they wait for a turn or a reader; this many readers may be slow at a time
// before others have to wait for them.
constexpr std::size_t kMaxThreads = 32;
// A query that computes for longer gives way to intake and to small queries.
constexpr std::chrono::milliseconds kSmall{5};
// A reader that takes nothing for so long is given up.
constexpr std::chrono::seconds kPatience{60};
// Rows go out in pieces of this size, or once they have waited this long for more.
constexpr std::size_t kPiece = 16U << 10;
constexpr std::chrono::milliseconds kPieceTime{50};

class BufferSink final : public query::Sink {
 public:
  // Without a turn it never waits: the answer is known to be small.
  BufferSink(const QueryRunner::Job& job, Turn* turn) : job_(job), turn_(turn) {}

  bool row(std::string_view json) override {
    piece_.append(json).push_back('\n');
    if (piece_.size() < kPiece && SteadyClock::now() - sent_ < kPieceTime) return true;
    return send();
  }

  bool send() {
    sent_ = SteadyClock::now();
    if (!piece_.empty() && !job_.buffer->add(piece_)) return false;
    piece_.clear();
    job_.written();
    if (turn_ == nullptr || !job_.buffer->full()) return true;
    return turn_->without([this] {
      const bool room = job_.buffer->wait_for_room(kPatience);
      if (!room) job_.buffer->abandon();
      return room;
    });
  }

 private:
  const QueryRunner::Job& job_;
  Turn* turn_;
  std::string piece_;
  SteadyClock::time_point sent_ = SteadyClock::now();
};

}  // namespace

QueryRunner::QueryRunner(std::size_t at_once, const config::Query& limits, Computing& computing)
    : limits_(limits),
      turns_(at_once, computing),
      long_turns_(at_once, computing),
      workers_(kMaxThreads) {}

storage::Budget QueryRunner::budget(Turn& turn, const AnswerBuffer& buffer,
                                    SteadyClock::duration max_time) {
  storage::Budget budget;
  budget.max_memory = limits_.max_memory;
  budget.stop = [this, &turn, &buffer, max_time]() -> std::optional<storage::Error> {
    if (stopping_) return storage::Error{storage::ErrorCode::cancelled, "the daemon is stopping"};
    if (buffer.abandoned()) {
      return storage::Error{storage::ErrorCode::cancelled, "the reader is gone"};
    }
    if (turn.busy() > max_time) {
      return storage::Error{storage::ErrorCode::limit,
                            "it took longer than " + std::to_string(limits_.max_time.count()) +
                                " ms; ask for less, or raise query.max_time"};
    }
    if (turn.busy() > kSmall) {
      WorkerPool::step_back();
      turn.move_to(long_turns_);
    }
    turn.share();
    return std::nullopt;
  };
  return budget;
}

void QueryRunner::execute(Job job, std::shared_ptr<const query::Context> context,
                          std::string request, std::function<void(std::string)> done) {
  workers_.post([this, job = std::move(job), context = std::move(context),
                 request = std::move(request), done = std::move(done)] {
    ++running_;
    std::string closing;
    {
      Turn turn(turns_);
      BufferSink sink(job, &turn);
      // An export takes as long as somebody reads it.
      const bool endless = query::verb_of(request) == "EXPORT";
      const SteadyClock::duration max_time =
          endless ? SteadyClock::duration::max() : limits_.max_time;
      closing = query::execute(*context, request, sink, budget(turn, *job.buffer, max_time));
      sink.send();
    }
    --running_;
    ++answered_;
    done(std::move(closing));
  });
}

void QueryRunner::start_follow(std::shared_ptr<const query::Context> context, std::string request,
                               std::function<void(query::Follow::Started)> done) {
  workers_.post(
      [this, context = std::move(context), request = std::move(request), done = std::move(done)] {
        query::Follow::Started started;
        {
          const Turn turn(turns_);
          started = query::Follow::start(context, request);
        }
        done(std::move(started));
      });
}

void QueryRunner::poll(Job job, query::Follow& follow, bool last,
                       std::function<void(query::Follow::State)> done) {
  workers_.post([this, job = std::move(job), &follow, last, done = std::move(done)] {
    query::Follow::State state;
    {
      Turn turn(turns_);
      BufferSink sink(job, nullptr);
      const storage::Budget within = budget(turn, *job.buffer, limits_.max_time);
      state = last ? follow.finish(sink, within) : follow.poll(sink, within);
      sink.send();
    }
    done(state);
  });
}

void QueryRunner::miss_the_rest(Job job, query::Follow& follow, std::function<void()> done) {
  workers_.post([this, job = std::move(job), &follow, done = std::move(done)] {
    {
      Turn turn(turns_);
      follow.miss_the_rest(budget(turn, *job.buffer, limits_.max_time));
    }
    done();
  });
}

void QueryRunner::stop() {
  cancel();
  workers_.stop();
}

}  // namespace fortnight::daemon
