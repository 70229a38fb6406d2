#include "storage/engine/first_failures.h"

namespace fortnight::storage {

std::string FirstFailures::key_of(const FailureName& name) {
  // The length of the endpoint comes first, so that different kinds never have the same bytes.
  std::string key = std::to_string(name.endpoint.size()) + ' ' + std::to_string(name.status) + ' ';
  return key.append(name.endpoint).append(name.code);
}

Result<void> FirstFailures::take(const Version& version, const Budget& budget) {
  const MutexLock lock(mutex_);
  for (const LiveRollup& rollup : version.rollups) {
    if (taken_.contains(rollup.entry.name.number)) continue;
    FORTNIGHT_TRY(budget.check());
    taken_.insert(rollup.entry.name.number);
    const auto reader = rollup.file->open();
    if (!reader) continue;
    const auto read = (*reader)->first_failures(
        [&](const FailureName& name, const FailureSighting& seen) REQUIRES(mutex_) {
          const auto kind = kinds_.intern(key_of(name));
          if (!kind) return;
          if (*kind == first_.size()) first_.push_back(seen);
          if (seen < first_[*kind]) first_[*kind] = seen;
        });
    if (!read) rollup.file->note_unreadable(read.error());
  }
  return {};
}

std::optional<FailureSighting> FirstFailures::find(const FailureGroup& kind) const {
  if (kind.endpoint_past_cap || kind.code_past_cap) return std::nullopt;
  const MutexLock lock(mutex_);
  const auto known =
      kinds_.find(key_of({.endpoint = kind.endpoint, .status = kind.status, .code = kind.code}));
  if (!known) return std::nullopt;
  return first_[*known];
}

}  // namespace fortnight::storage
