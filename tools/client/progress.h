// How far a long answer is, told on standard error where that is a terminal.
#pragma once

#include <chrono>
#include <cstdint>

namespace fortnight::client {

class Progress {
 public:
  Progress();
  // One more call, of so many bytes.
  void add(std::uint64_t bytes);
  // The last word; on a terminal alone.
  void finish();

 private:
  void tell(const char* end) const;

  bool watched_;
  std::uint64_t calls_ = 0;
  std::uint64_t bytes_ = 0;
  std::chrono::steady_clock::time_point told_;
};

}  // namespace fortnight::client
