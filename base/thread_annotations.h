// Says which mutex guards which data, in a form that clang checks (-Wthread-safety; see
// scripts/lint). Other compilers see nothing of it.
//
//   Mutex mutex_;
//   int count_ GUARDED_BY(mutex_);          // read and written with the mutex held
//   void count_locked() REQUIRES(mutex_);   // the caller holds the mutex
//   void count() EXCLUDES(mutex_);          // the caller doesn't hold it: the function takes it
#pragma once

#if defined(__clang__)
#define FORTNIGHT_THREAD_ANNOTATION(x) __attribute__((x))
#else
#define FORTNIGHT_THREAD_ANNOTATION(x)
#endif

// Of classes: a mutex, and a lock that lives as long as its scope.
#define CAPABILITY(name) FORTNIGHT_THREAD_ANNOTATION(capability(name))
#define SCOPED_CAPABILITY FORTNIGHT_THREAD_ANNOTATION(scoped_lockable)

// Of data: the mutex that guards it, or what it points to.
#define GUARDED_BY(mutex) FORTNIGHT_THREAD_ANNOTATION(guarded_by(mutex))
#define PT_GUARDED_BY(mutex) FORTNIGHT_THREAD_ANNOTATION(pt_guarded_by(mutex))
// Of a mutex: another one that is always taken later.
#define ACQUIRED_BEFORE(...) FORTNIGHT_THREAD_ANNOTATION(acquired_before(__VA_ARGS__))

// Of functions: mutexes that the caller holds, or doesn't hold.
#define REQUIRES(...) FORTNIGHT_THREAD_ANNOTATION(requires_capability(__VA_ARGS__))
#define EXCLUDES(...) FORTNIGHT_THREAD_ANNOTATION(locks_excluded(__VA_ARGS__))
// Of functions that take a mutex, or give it back, and return.
#define ACQUIRE(...) FORTNIGHT_THREAD_ANNOTATION(acquire_capability(__VA_ARGS__))
#define RELEASE(...) FORTNIGHT_THREAD_ANNOTATION(release_capability(__VA_ARGS__))
#define TRY_ACQUIRE(...) FORTNIGHT_THREAD_ANNOTATION(try_acquire_capability(__VA_ARGS__))
// Of a function that returns a reference to a mutex.
#define RETURN_CAPABILITY(mutex) FORTNIGHT_THREAD_ANNOTATION(lock_returned(mutex))
// Tells the analysis that the mutex is held, where it can't know: in a lambda, for instance.
#define ASSERT_CAPABILITY(mutex) FORTNIGHT_THREAD_ANNOTATION(assert_capability(mutex))
