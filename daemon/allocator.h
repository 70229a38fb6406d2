// What serves malloc() and new: tcmalloc (gperftools), glibc's own where a sanitizer brings its
// own.
#pragma once

namespace fortnight::daemon {

// Of the process; once, before threads start.
void configure_allocator();

// Gives what lies free back to the system. Thread-safe; takes some milliseconds, in which other
// threads may wait for memory.
void release_free_memory();

}  // namespace fortnight::daemon
