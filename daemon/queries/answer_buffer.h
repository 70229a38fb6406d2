// Rows of an answer that the client hasn't read yet, between the thread that runs the query and the
// thread that writes to the socket.
//
// Rows of calls are added while there is room, otherwise the query pauses. Rows of aggregates can't
// pause halfway: all of them are added, within a limit over all answers.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <deque>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/mutex.h"

namespace fortnight::daemon {

// The memory limit of all buffers together. Thread-safe.
class AnswerSpace {
 public:
  using Clock = std::chrono::steady_clock;

  // `bytes` limits rows of calls. `sums` limits rows of aggregates beyond each buffer's bound.
  AnswerSpace(std::size_t bytes, std::size_t sums) : bytes_(bytes), max_sums_(sums) {}
  [[nodiscard]] std::size_t used() const { return used_ + sums_; }
  // Whether rows of aggregates were refused within the last `time`.
  [[nodiscard]] bool sums_were_refused_within(Clock::duration time) const {
    return Clock::now() - refused_.load() < time;
  }

 private:
  friend class AnswerBuffer;
  const std::size_t bytes_;
  const std::size_t max_sums_;
  std::atomic<std::size_t> used_{0};
  std::atomic<std::size_t> sums_{0};
  std::atomic<Clock::time_point> refused_{};
};

// Thread-safe.
class AnswerBuffer {
 public:
  // Large enough that a reader that keeps up gets pieces of an efficient size.
  static constexpr std::size_t kBound = 256U << 10;
  // Every answer may hold this much, a row or two, regardless of the other buffers.
  static constexpr std::size_t kFloor = 16U << 10;

  // `space` must outlive it.
  explicit AnswerBuffer(AnswerSpace& space) : space_(space) {}
  ~AnswerBuffer();
  AnswerBuffer(const AnswerBuffer&) = delete;
  AnswerBuffer& operator=(const AnswerBuffer&) = delete;

  // Whether `bytes` more fit. A single row fits whenever the common limit allows it.
  [[nodiscard]] bool has_room(std::size_t bytes);
  // Waits for the room that has_room() last refused. Returns false if there is none after
  // `patience`.
  bool wait_for_room(std::chrono::milliseconds patience);
  // Whether a paused query is worth resuming: the refused room is available, with a margin.
  [[nodiscard]] bool wants_more() const;
  // Appends in any case. Returns false if the reader is gone, ErrorCode::limit if the limit for
  // aggregates is reached.
  Result<bool> add(std::string_view bytes);
  // Appends a closing line.
  void close_answer(std::string_view line);
  // Removes what isn't being written yet.
  void clear();
  // Removes whole rows that aren't being written yet, and ends the answer with `line`.
  void cut_answer(std::string_view line);

  // The next piece to write; empty if there is none. Call taken() after writing it.
  std::string take();
  void taken(std::size_t bytes);

  // Whether the bound is reached; then no further answer is started.
  [[nodiscard]] bool full() const;
  [[nodiscard]] std::size_t held() const;
  // The reader is gone.
  void abandon();
  [[nodiscard]] bool abandoned() const;

 private:
  [[nodiscard]] std::size_t size() const REQUIRES(mutex_) { return pending_bytes_ + writing_; }
  [[nodiscard]] bool fits(std::size_t bytes) const REQUIRES(mutex_);
  void append(std::string_view bytes) REQUIRES(mutex_);
  void drop() REQUIRES(mutex_);
  void resized() REQUIRES(mutex_);

  AnswerSpace& space_;
  mutable Mutex mutex_;
  ConditionVariable changed_;
  std::deque<std::string> pending_ GUARDED_BY(mutex_);  // whole lines
  std::size_t pending_bytes_ GUARDED_BY(mutex_) = 0;
  std::size_t writing_ GUARDED_BY(mutex_) = 0;
  std::size_t counted_ GUARDED_BY(mutex_) = 0;  // counted in space_.used_
  std::size_t refused_ GUARDED_BY(mutex_) = 0;  // the room that was last refused
  std::size_t sums_ GUARDED_BY(mutex_) = 0;     // counted in space_.sums_
  bool abandoned_ GUARDED_BY(mutex_) = false;
};

}  // namespace fortnight::daemon
