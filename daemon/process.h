// Properties of this process that the operating system reports.
#pragma once

#include <pthread.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdint>
#include <fstream>

namespace fortnight::daemon {

// Resident memory in bytes; 0 if /proc can't be read.
inline std::uint64_t resident_bytes() {
  std::uint64_t total_pages = 0;
  std::uint64_t resident_pages = 0;
  std::ifstream("/proc/self/statm") >> total_pages >> resident_pages;
  return resident_pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

// Names the calling thread, as `top -H` shows it. At most 15 characters.
inline void name_thread(const char* name) { ::pthread_setname_np(::pthread_self(), name); }

// Applies to the calling thread only. `niceness` is 1 to 19 (lowest priority). A process that
// already has a lower priority keeps it.
inline void lower_priority(int niceness) {
  if (::getpriority(PRIO_PROCESS, 0) < niceness) ::setpriority(PRIO_PROCESS, 0, niceness);
}

// Returns false if the calling thread isn't permitted to raise its priority: that takes privileges
// or a limit (RLIMIT_NICE).
inline bool restore_priority(int niceness) { return ::setpriority(PRIO_PROCESS, 0, niceness) == 0; }

// Connections, tailed files and open data files may exceed the usual soft limit.
inline void allow_many_descriptors() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace fortnight::daemon
