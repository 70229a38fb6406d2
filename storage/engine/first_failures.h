// Since when each kind of failure has been seen: the first call of each endpoint, status and error
// code, over all rollups there are.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/mutex.h"
#include "storage/engine/version.h"
#include "storage/failures.h"
#include "storage/packing/dictionary.h"

namespace fortnight::storage {

// Reads each rollup once, when it is first needed; rollups are only ever replaced by their sum.
// Thread-safe. Memory: about 100 bytes for each kind of failure, of at most kMost; later kinds are
// unknown.
class FirstFailures {
 public:
  // Reads the version's rollups that weren't read before. Those that can't be read, or have no
  // error codes, are left out. On error (of the budget) some are left to the next call.
  Result<void> take(const Version& version, const Budget& budget);
  // Nothing if the kind isn't known.
  [[nodiscard]] std::optional<FailureSighting> find(const FailureGroup& kind) const;

 private:
  static constexpr std::size_t kMost = 128U << 10;
  static constexpr std::size_t kMostBytes = 16U << 20;

  static std::string key_of(const FailureName& name);

  mutable Mutex mutex_;
  std::set<std::uint64_t> taken_ GUARDED_BY(mutex_);  // numbers of the files
  DictionaryBuilder kinds_ GUARDED_BY(mutex_){kMost, kMostBytes};
  std::vector<FailureSighting> first_ GUARDED_BY(mutex_);  // by kind
};

}  // namespace fortnight::storage
