// What a query has answered and its reader hasn't taken yet, between the thread that runs the query
// and the one that writes to the socket.
//
// Rows of calls are added while there is room: then the query pauses. Sums can't pause halfway, so
// all of their rows are added, as long as there is space for those of all answers.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <string>
#include <string_view>

#include "base/error.h"

namespace fortnight::daemon {

// What all buffers together may hold. Threads: any.
class AnswerSpace {
 public:
  using Clock = std::chrono::steady_clock;

  // Of calls, and of sums past a buffer's bound.
  AnswerSpace(std::size_t bytes, std::size_t sums) : bytes_(bytes), max_sums_(sums) {}
  [[nodiscard]] std::size_t used() const { return used_ + sums_; }
  // Whether sums found no space within that time.
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

// Threads: any.
class AnswerBuffer {
 public:
  // A reader that keeps up gets pieces large enough to be cheap.
  static constexpr std::size_t kBound = 256U << 10;
  // There is always room for this much: a row or two of each answer, whatever others hold.
  static constexpr std::size_t kFloor = 16U << 10;

  // `space` must outlive it.
  explicit AnswerBuffer(AnswerSpace& space) : space_(space) {}
  ~AnswerBuffer();
  AnswerBuffer(const AnswerBuffer&) = delete;
  AnswerBuffer& operator=(const AnswerBuffer&) = delete;

  // Whether so many bytes more fit. One row alone fits where others leave the space for it.
  [[nodiscard]] bool has_room(std::size_t bytes);
  // Waits for the room that has_room() last refused; false: there is none after `patience`.
  bool wait_for_room(std::chrono::milliseconds patience);
  // Whether a paused query is worth running again: there is that room, and some to spare.
  [[nodiscard]] bool wants_more() const;
  // Appends, room or not. False: the reader is gone. ErrorCode::limit: there is no space for sums.
  Result<bool> add(std::string_view bytes);
  // Appends a closing line.
  void close_answer(std::string_view line);
  // Takes back whole rows that aren't being written yet, and closes the answer with `line` instead.
  void cut_answer(std::string_view line);

  // The next piece to be written; empty: there is none. taken() once it was.
  std::string take();
  void taken(std::size_t bytes);

  // Past the bound: no other answer is begun.
  [[nodiscard]] bool full() const;
  [[nodiscard]] std::size_t held() const;
  // Nobody reads any more.
  void abandon();
  [[nodiscard]] bool abandoned() const;

 private:
  // All of these with the mutex held.
  [[nodiscard]] std::size_t size() const { return pending_bytes_ + writing_; }
  [[nodiscard]] bool fits(std::size_t bytes) const;
  void append(std::string_view bytes);
  void resized();

  AnswerSpace& space_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::string> pending_;  // of whole lines
  std::size_t pending_bytes_ = 0;
  std::size_t writing_ = 0;
  std::size_t counted_ = 0;  // of space_
  std::size_t refused_ = 0;  // the room that was last asked for and not there
  std::size_t sums_ = 0;     // of space_
  bool abandoned_ = false;
};

}  // namespace fortnight::daemon
