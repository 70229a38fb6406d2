// The allocator behind malloc() and new: tcmalloc (gperftools), or the sanitizer's own.
#pragma once

namespace fortnight::daemon {

// Configures the process' allocator. Call it once, before threads start.
void configure_allocator();

// Returns free memory to the system. Thread-safe. Takes some milliseconds, during which other
// threads may wait for memory.
void release_free_memory();

}  // namespace fortnight::daemon
