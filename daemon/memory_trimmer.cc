#include "daemon/memory_trimmer.h"

#include <malloc.h>

#include "daemon/process.h"

namespace fortnight::daemon {
namespace {

constexpr std::chrono::milliseconds kUsually{2000};
constexpr std::chrono::milliseconds kNearBound{200};

}  // namespace

void MemoryTrimmer::trim_if_due() {
  const std::unique_lock lock(mutex_, std::try_to_lock);
  if (!lock) return;
  const auto since = Clock::now() - last_;
  if (since < kNearBound) return;
  if (since < kUsually && resident_bytes() < bound_ / 8 * 7) return;
  ::malloc_trim(0);
  last_ = Clock::now();
}

}  // namespace fortnight::daemon
