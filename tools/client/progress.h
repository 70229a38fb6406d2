// Shows the progress of a long answer on standard error, if that is a terminal.
#pragma once

#include <chrono>
#include <cstdint>

namespace fortnight::client {

class Progress {
 public:
  Progress();
  // Counts one more call and its bytes.
  void add(std::uint64_t bytes);
  // Writes the final state, on a terminal only.
  void finish();

 private:
  void tell(const char* end) const;

  bool watched_;
  std::uint64_t calls_ = 0;
  std::uint64_t bytes_ = 0;
  std::chrono::steady_clock::time_point told_;
};

}  // namespace fortnight::client
