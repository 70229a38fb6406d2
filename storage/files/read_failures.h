// Files and blocks that could not be read since the start, each reported once. Every query that
// needs a damaged block meets it; only the first reports it.
#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <utility>

#include "base/mutex.h"

namespace fortnight::storage {

// Thread-safe.
class ReadFailures {
 public:
  using Listener = std::function<void(const std::string& what, const std::string& why)>;

  // `listener` is called on the thread that first meets a failure. It must not block. Must be set
  // before anything is read.
  void when_first(Listener listener) { listener_ = std::move(listener); }
  // `what` is a file, or a block of a file.
  void note(const std::string& what, const std::string& why) {
    {
      const MutexLock lock(mutex_);
      if (known_.size() >= kMostKnown || !known_.insert(what).second) return;
    }
    if (listener_) listener_(what, why);
  }
  [[nodiscard]] std::uint64_t count() const {
    const MutexLock lock(mutex_);
    return known_.size();
  }

 private:
  // Bounds the remembered names, so that a failing disk doesn't exhaust memory.
  static constexpr std::size_t kMostKnown = 10'000;

  Listener listener_;
  mutable Mutex mutex_;
  std::set<std::string> known_ GUARDED_BY(mutex_);
};

}  // namespace fortnight::storage
