#include "daemon/allocator.h"

#ifdef FORTNIGHT_TCMALLOC

#include <gperftools/malloc_extension.h>

namespace fortnight::daemon {

// Calls and their memory pass from thread to thread, so each thread's cache is kept small: memory
// that one thread frees is soon needed by another.
void configure_allocator() {
  constexpr std::size_t kThreadCaches = 8U << 20;
  MallocExtension::instance()->SetNumericProperty("tcmalloc.max_total_thread_cache_bytes",
                                                  kThreadCaches);
}

void release_free_memory() { MallocExtension::instance()->ReleaseFreeMemory(); }

}  // namespace fortnight::daemon

#else

namespace fortnight::daemon {

void configure_allocator() {}
void release_free_memory() {}

}  // namespace fortnight::daemon

#endif
