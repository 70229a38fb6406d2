#include "tools/client/progress.h"

#include <unistd.h>

#include <cstdio>

#include "tools/client/terminal.h"

namespace fortnight::client {

Progress::Progress()
    : watched_(isatty(STDERR_FILENO) == 1), told_(std::chrono::steady_clock::now()) {}

void Progress::add(std::uint64_t bytes) {
  constexpr std::uint64_t kLook = 256;  // calls between checks of the clock
  ++calls_;
  bytes_ += bytes;
  if (!watched_ || calls_ % kLook != 0) return;
  const auto now = std::chrono::steady_clock::now();
  if (now - told_ < std::chrono::milliseconds(200)) return;
  told_ = now;
  tell("");
}

void Progress::finish() {
  if (watched_) tell("\n");
}

void Progress::tell(const char* end) const {
  std::fprintf(stderr, "\r%s calls, %s%s", with_commas(calls_).c_str(),
               byte_size(static_cast<double>(bytes_)).c_str(), end);
}

}  // namespace fortnight::client
