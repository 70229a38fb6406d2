// What couldn't be read since the start, each thing once: a damaged block or file is met by every
// query that needs it, and reported by the first.
#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <utility>

namespace fortnight::storage {

// Thread-safe.
class ReadFailures {
 public:
  using Listener = std::function<void(const std::string& what, const std::string& why)>;

  // `listener` is called by whoever meets a failure first, on its thread; it must not block. To be
  // set before anything is read.
  void when_first(Listener listener) { listener_ = std::move(listener); }
  // `what` is a file, or a block of one.
  void note(const std::string& what, const std::string& why) {
    {
      const std::lock_guard lock(mutex_);
      if (known_.size() >= kMostKnown || !known_.insert(what).second) return;
    }
    if (listener_) listener_(what, why);
  }
  [[nodiscard]] std::uint64_t count() const {
    const std::lock_guard lock(mutex_);
    return known_.size();
  }

 private:
  // Names that are remembered: a disk that fails altogether must not take memory without end.
  static constexpr std::size_t kMostKnown = 10'000;

  Listener listener_;
  mutable std::mutex mutex_;
  std::set<std::string> known_;
};

}  // namespace fortnight::storage
