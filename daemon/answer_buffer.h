// What a query has answered and its reader hasn't taken yet, between the thread that runs the query
// and the one that writes to the socket. Bounded: past the bound, the query waits for its reader.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <string>
#include <string_view>

namespace fortnight::daemon {

// Threads: any.
class AnswerBuffer {
 public:
  static constexpr std::size_t kBound = 256U << 10;

  // Appends. False: the reader is gone.
  bool add(std::string_view bytes);
  // All there is, to be written; taken() once it was.
  std::string take();
  void taken(std::size_t bytes);

  [[nodiscard]] bool full() const;
  // Waits until it isn't full any more. False: the reader is gone, or took nothing for `patience`.
  bool wait_for_room(std::chrono::milliseconds patience);
  // Nobody reads any more.
  void abandon();
  [[nodiscard]] bool abandoned() const;
  [[nodiscard]] bool empty() const;

 private:
  [[nodiscard]] std::size_t held() const { return pending_.size() + writing_; }

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::string pending_;
  std::size_t writing_ = 0;
  bool abandoned_ = false;
};

}  // namespace fortnight::daemon
