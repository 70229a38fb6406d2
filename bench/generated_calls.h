// Generated calls of one day, parsed by intake, for the storage benchmarks.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/time.h"
#include "storage/call/batch.h"
#include "storage/files/file_system.h"

namespace fortnight::bench {

inline constexpr Day kDay = 20776;  // 2026-11-19
inline constexpr std::size_t kBatchCalls = 4096;

// Calls `visit` with the day's calls in order, numbered from 1, a batch at a time. 2,000 accounts.
void for_each_batch(std::uint64_t calls, const std::function<void(const storage::Batch&)>& visit);

// 65,536 calls, made once and kept in memory: about 1.5 KB each.
const std::vector<storage::Batch>& kept_batches();

// A directory below TMPDIR, removed by the destructor.
class ScratchDirectory {
 public:
  ScratchDirectory();
  ~ScratchDirectory();
  ScratchDirectory(const ScratchDirectory&) = delete;
  ScratchDirectory& operator=(const ScratchDirectory&) = delete;

  [[nodiscard]] storage::FileSystem& files() const { return *files_; }

 private:
  std::string path_;
  std::unique_ptr<storage::FileSystem> files_;
};

}  // namespace fortnight::bench
