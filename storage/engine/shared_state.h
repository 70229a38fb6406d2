#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/mutex.h"
#include "base/time.h"
#include "storage/engine/catalog.h"
#include "storage/engine/engine_status.h"
#include "storage/engine/flush.h"
#include "storage/engine/head.h"
#include "storage/engine/recovery.h"
#include "storage/engine/reject_counts.h"
#include "storage/engine/version.h"
#include "storage/engine/view_rejects.h"

namespace fortnight::storage {

// What queries, appends and maintenance of an engine share. The mutex is held only briefly.
struct SharedState {
  SharedState(Recovered recovered, const Catalog& catalog, TimeNs now);

  mutable Mutex mutex;
  ConditionVariable room;  // notified when a flush has made room
  std::shared_ptr<const Version> version GUARDED_BY(mutex);
  std::shared_ptr<const FrozenHead> frozen GUARDED_BY(mutex);  // being written to files
  Head head GUARDED_BY(mutex);
  // Of the rejects in files; never null.
  std::shared_ptr<const RejectCounts> reject_counts GUARDED_BY(mutex);
  // Numbers, counters, positions as of the last append; rejects since the freeze.
  FrozenHead latest GUARDED_BY(mutex);
  std::size_t rejects_bytes GUARDED_BY(mutex) = 0;
  // When the first call that is neither in files nor frozen was appended.
  std::optional<TimeNs> oldest GUARDED_BY(mutex);
  bool checkpoint_due GUARDED_BY(mutex) = false;  // Append::checkpoint since the last freeze
  std::uint64_t refused GUARDED_BY(mutex) = 0;
  std::optional<std::string> refusal GUARDED_BY(mutex);
  std::uint64_t failures GUARDED_BY(mutex) = 0;
  std::string last_failure GUARDED_BY(mutex);
  TimeNs trusted GUARDED_BY(mutex) = 0;
  std::optional<TimeNs> clock_holds_until GUARDED_BY(mutex);

  [[nodiscard]] std::size_t unflushed_bytes() const REQUIRES(mutex) {
    return unfrozen_bytes() + (frozen ? frozen->bytes : 0);
  }
  [[nodiscard]] std::size_t unfrozen_bytes() const REQUIRES(mutex) {
    return head.bytes() + rejects_bytes;
  }
  [[nodiscard]] View view() const EXCLUDES(mutex);
  [[nodiscard]] RejectView reject_view() const EXCLUDES(mutex);
  [[nodiscard]] std::uint64_t count_rejects(const RejectFilter& filter) const EXCLUDES(mutex);
  // Adds what it knows to the engine's part of STATUS.
  void describe(EngineState& state) const EXCLUDES(mutex);
  // The number of the next call. Only the appending thread changes it.
  [[nodiscard]] std::uint64_t next_seq() const EXCLUDES(mutex);
  // Moves everything appended to `frozen`, for a flush. Returns null if nothing was appended since
  // the last freeze.
  std::shared_ptr<const FrozenHead> freeze() EXCLUDES(mutex);
};

}  // namespace fortnight::storage
