// What the operating system says of this process.
#pragma once

#include <pthread.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdint>
#include <fstream>

namespace fortnight::daemon {

// Memory that it holds; 0 where /proc can't be read.
inline std::uint64_t resident_bytes() {
  std::uint64_t total_pages = 0;
  std::uint64_t resident_pages = 0;
  std::ifstream("/proc/self/statm") >> total_pages >> resident_pages;
  return resident_pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

// Gives the calling thread a name of 15 characters at the most, as `top -H` shows it.
inline void name_thread(const char* name) { ::pthread_setname_np(::pthread_self(), name); }

// Of the calling thread alone. `niceness` is 1 (a little less) to 19; a process that was started
// with less priority than that keeps what it has.
inline void lower_priority(int niceness) {
  if (::getpriority(PRIO_PROCESS, 0) < niceness) ::setpriority(PRIO_PROCESS, 0, niceness);
}

// False: the calling thread may not have that priority again. It takes privileges, or a limit
// (RLIMIT_NICE) that allows it.
inline bool restore_priority(int niceness) { return ::setpriority(PRIO_PROCESS, 0, niceness) == 0; }

// Connections, tailed files and files that are read may be more than the usual soft limit allows.
inline void allow_many_descriptors() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace fortnight::daemon
