#include "storage/engine/shared_state.h"

#include <utility>

namespace fortnight::storage {

SharedState::SharedState(Recovered recovered, const Catalog& catalog, TimeNs now)
    : version(catalog.current()),
      head(std::move(recovered.head)),
      reject_counts(std::make_shared<RejectCounts>(std::move(recovered.reject_counts))),
      latest(std::move(recovered.replayed)),
      rejects_bytes(memory_of(latest.rejects)),
      trusted(version->manifest.clock) {
  if (latest.lsn > version->manifest.covered_lsn) oldest = now;
}

View SharedState::view() const {
  const MutexLock lock(mutex);
  View out{version, {}, latest.next_seq};
  if (frozen) out.head = frozen->batches;
  out.head.insert(out.head.end(), head.batches().begin(), head.batches().end());
  return out;
}

RejectView SharedState::reject_view() const {
  const MutexLock lock(mutex);
  RejectView out{version, {}};
  if (frozen) out.head = frozen->rejects;
  out.head.insert(out.head.end(), latest.rejects.begin(), latest.rejects.end());
  return out;
}

std::uint64_t SharedState::count_rejects(const RejectFilter& filter) const {
  std::shared_ptr<const RejectCounts> in_files;
  std::uint64_t count = 0;
  {
    const MutexLock lock(mutex);
    in_files = reject_counts;
    if (frozen) count += frozen->reject_counts.count(filter);
    count += latest.reject_counts.count(filter);
  }
  return count + in_files->count(filter);
}

void SharedState::describe(EngineState& state) const {
  const MutexLock lock(mutex);
  state.counters = latest.counters;
  state.head_calls = head.calls();
  state.head_bytes = head.bytes() + (frozen ? frozen->bytes : 0);
  state.failures = failures;
  state.last_failure = last_failure;
  state.refused = refused;
  state.refusal = refusal;
  state.trusted = trusted;
  state.clock_holds_until = clock_holds_until;
}

std::uint64_t SharedState::next_seq() const {
  const MutexLock lock(mutex);
  return latest.next_seq;
}

std::shared_ptr<const FrozenHead> SharedState::freeze() {
  const MutexLock lock(mutex);
  oldest.reset();
  checkpoint_due = false;
  if (latest.lsn <= version->manifest.covered_lsn) return nullptr;
  auto taken = std::make_shared<FrozenHead>(latest);
  taken->batches = head.batches();
  taken->bytes = unfrozen_bytes();
  frozen = std::move(taken);
  head = Head();
  latest.rejects.clear();
  latest.reject_counts = {};
  rejects_bytes = 0;
  return frozen;
}

}  // namespace fortnight::storage
