// A fixture that limits the process to little more memory than it has. If a reader believes a size
// of a damaged file, its allocation fails, and with it the test.
#pragma once

#include <sys/resource.h>
#include <unistd.h>

#include <cstdint>
#include <fstream>

namespace fortnight::tests {

class MemoryCap {
 public:
  // Sanitizers map terabytes: no limit.
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
  MemoryCap() = default;
#else
  MemoryCap() {
    ::getrlimit(RLIMIT_AS, &before_);
    rlimit capped = before_;
    capped.rlim_cur = mapped_bytes() + kMoreBytes;
    ::setrlimit(RLIMIT_AS, &capped);
  }
  ~MemoryCap() { ::setrlimit(RLIMIT_AS, &before_); }
  MemoryCap(const MemoryCap&) = delete;
  MemoryCap& operator=(const MemoryCap&) = delete;

 private:
  // More than the limits of storage/packing/limits.h and the stacks of a few threads, and less than
  // a length of four damaged bytes.
  static constexpr std::uint64_t kMoreBytes = 512U << 20;

  static std::uint64_t mapped_bytes() {
    std::uint64_t pages = 0;
    std::ifstream("/proc/self/statm") >> pages;
    return pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  }

  rlimit before_{};
#endif
};

}  // namespace fortnight::tests
