// Generated calls of one day, as intake makes them of lines, for the benchmarks of storage.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "storage/base/time.h"
#include "storage/call/batch.h"
#include "storage/files/file_system.h"

namespace fortnight::bench {

inline constexpr storage::Day kDay = 20776;  // 2026-11-19
inline constexpr std::size_t kBatchCalls = 4096;

// Gives the day's calls in order, numbered from 1, a batch at a time. 2,000 accounts.
void for_each_batch(std::uint64_t calls, const std::function<void(const storage::Batch&)>& visit);

// Calls that are made once and kept: some 1.5 KB of memory each.
const std::vector<storage::Batch>& kept_batches();

// A directory under TMPDIR, removed at the program's end.
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
