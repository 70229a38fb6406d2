#include "daemon/memory_trimmer.h"

#include "daemon/allocator.h"
#include "daemon/process.h"

namespace fortnight::daemon {
namespace {

constexpr std::chrono::milliseconds kUsually{2000};
constexpr std::chrono::milliseconds kNearBound{100};

}  // namespace

void MemoryTrimmer::trim_if_due() {
  if (!mutex_.try_lock()) return;
  const MutexLock lock(mutex_, kLocked);
  const auto since = Clock::now() - last_;
  if (since < kNearBound) return;
  if (since < kUsually && resident_bytes() < bound_ / 4 * 3) return;
  release_free_memory();
  last_ = Clock::now();
}

}  // namespace fortnight::daemon
