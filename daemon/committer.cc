#include "daemon/committer.h"

#include <utility>

#include "daemon/log.h"
#include "daemon/process.h"

namespace fortnight::daemon {
namespace {

using SteadyClock = std::chrono::steady_clock;

// Short pauses (the head waits for a flush) aren't logged.
constexpr std::chrono::seconds kWorthTelling{1};
// A wait for a flush is normal under full load, where the disk is the limit.
constexpr std::chrono::seconds kSlow{30};
// Maximum wait for room while stopping.
constexpr std::chrono::seconds kPatienceAtStop{5};

bool is_empty(const storage::Append& append) {
  return append.batch.empty() && append.rejects.empty() && append.positions.empty() &&
         append.skipped == 0;
}

// Whether the store may accept the same append later.
bool passes(const Error& error) {
  return error.code == ErrorCode::no_space || error.code == ErrorCode::limit;
}

}  // namespace

Committer::Committer(storage::Store& store, const Clock& clock, CommitterOptions options,
                     CommitterEvents events)
    : store_(store), clock_(clock), options_(options), events_(std::move(events)) {
  thread_ = std::thread([this] { run(); });
}

Committer::~Committer() { stop(); }

bool Committer::has_room() const {
  const MutexLock lock(mutex_);
  return status_.queued_bytes < options_.max_bytes;
}

bool Committer::busy() {
  const MutexLock lock(mutex_);
  const bool busy = !failed_ && (working_ || !queue_.empty());
  tell_idle_ = tell_idle_ || busy;
  return busy;
}

bool Committer::failed() const {
  const MutexLock lock(mutex_);
  return failed_;
}

void Committer::push(Commit commit) {
  const MutexLock lock(mutex_);
  if (failed_) return;
  status_.queued_bytes += commit.bytes;
  ++status_.queued;
  queue_.push_back(std::move(commit));
  changed_.notify_one();
}

void Committer::stop() {
  {
    const MutexLock lock(mutex_);
    stopping_ = true;
    changed_.notify_one();
  }
  if (thread_.joinable()) thread_.join();
}

CommitterStatus Committer::status() const {
  const MutexLock lock(mutex_);
  return status_;
}

// Called when the queue is done; reports `idle` unless more has arrived.
void Committer::rest() {
  working_ = !queue_.empty();
  if (working_ || !std::exchange(tell_idle_, false)) return;
  mutex_.unlock();
  events_.idle();
  mutex_.lock();
}

void Committer::run() {
  name_thread("commit");
  MutexLock lock(mutex_);
  for (;;) {
    rest();
    while (queue_.empty() && !stopping_) {
      if (!unsynced_) {
        changed_.wait(mutex_);
      } else if (!changed_.wait_until(mutex_, unsynced_since_ + options_.sync_interval)) {
        break;
      }
    }
    std::deque<Commit> batch = std::exchange(queue_, {});
    working_ = true;
    const bool last = stopping_ && batch.empty();
    lock.unlock();
    if (!append(batch)) return;
    const bool due = unsynced_ && SteadyClock::now() - unsynced_since_ >= options_.sync_interval;
    if ((due || last || !waiting_.empty()) && !sync()) return;
    if (last) return;
    lock.lock();
  }
}

bool Committer::append(std::deque<Commit>& batch) {
  for (Commit& commit : batch) {
    if (!is_empty(commit.append) && !append_one(commit)) return false;
    if (commit.when_durable) waiting_.push_back(std::move(commit.when_durable));
    bool had_room = false;
    bool has_room = false;
    {
      const MutexLock lock(mutex_);
      had_room = status_.queued_bytes < options_.max_bytes;
      status_.queued_bytes -= commit.bytes;
      --status_.queued;
      has_room = status_.queued_bytes < options_.max_bytes;
    }
    commit.append = {};
    if (has_room && !had_room && events_.room) events_.room();
  }
  return true;
}

bool Committer::append_one(Commit& commit) {
  if (events_.taken_in) events_.taken_in(commit.append.batch);
  for (;;) {
    const auto appended = store_.append(std::move(commit.append), clock_.now());
    if (appended) break;
    if (!passes(appended.error())) {
      fail(appended.error().within("append"));
      return false;
    }
    if (!wait_for_room(appended.error())) return false;
  }
  resume();
  if (!unsynced_) unsynced_since_ = SteadyClock::now();
  unsynced_ = true;
  const MutexLock lock(mutex_);
  ++status_.appends;
  return true;
}

bool Committer::sync() {
  while (unsynced_) {
    const auto begun = std::chrono::steady_clock::now();
    const auto synced = store_.sync();
    sync_times_.add(std::chrono::steady_clock::now() - begun);
    if (synced) break;
    if (!passes(synced.error())) {
      fail(synced.error().within("sync"));
      return false;
    }
    if (!wait_for_room(synced.error())) return false;
  }
  resume();
  unsynced_ = false;
  {
    const MutexLock lock(mutex_);
    ++status_.syncs;
  }
  for (const auto& tell : std::exchange(waiting_, {})) tell();
  return true;
}

// Returns false if the daemon is stopping and the pending commits are dropped.
bool Committer::wait_for_room(const Error& error) {
  const auto now = SteadyClock::now();
  if (!paused_since_) paused_since_ = now;
  const bool no_disk = error.code == ErrorCode::no_space;
  const bool worth_telling = now - *paused_since_ >= (no_disk ? kWorthTelling : kSlow);
  if (!paused_told_ && worth_telling) {
    paused_told_ = true;
    log_warning(no_disk ? "no room: intake is paused, queries continue"
                        : "intake waits: calls arrive faster than the disk can write",
                {{"error", error.message}});
  }
  {
    const MutexLock lock(mutex_);
    if (no_disk || worth_telling) status_.paused = error.message;
    const bool give_up = stopping_ && now - *paused_since_ >= kPatienceAtStop;
    if (give_up) {
      status_.gave_up = true;
      log_error("stopped without room for the last lines; they were not acknowledged",
                {{"batches", status_.queued}, {"error", error.message}});
      return false;
    }
  }
  store_.wait_for_room(options_.retry_interval);
  return true;
}

void Committer::resume() {
  if (!paused_since_) return;
  const auto paused =
      std::chrono::duration_cast<std::chrono::milliseconds>(SteadyClock::now() - *paused_since_);
  paused_since_.reset();
  if (std::exchange(paused_told_, false)) {
    log_info("intake resumes", {{"paused_ms", paused.count()}});
  }
  const MutexLock lock(mutex_);
  status_.paused.clear();
}

void Committer::fail(const Error& error) {
  {
    const MutexLock lock(mutex_);
    failed_ = true;
    queue_.clear();
    status_.paused = error.message;
  }
  log_error("the store failed; nothing more is acknowledged", {{"error", error.message}});
  if (events_.failed) events_.failed(error);
}

}  // namespace fortnight::daemon
