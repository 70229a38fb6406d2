// Parts and segments: immutable files of one UTC day's calls, by block and column, with their
// indices. The bytes are told in docs/format.md. A segment is a part that holds all of a sealed
// day's calls.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "storage/call/batch.h"
#include "storage/call/keyed_calls.h"
#include "storage/encoding/format.h"
#include "storage/files/file_system.h"
#include "storage/store.h"

namespace fortnight::storage {

class BlockCache;
struct PartMemory;

// What a part says of itself; also what the manifest keeps of it.
struct PartSummary {
  Day day = 0;
  std::uint64_t calls = 0;
  std::uint64_t bytes = 0;       // of the file
  std::uint64_t line_bytes = 0;  // of the lines it gives back
  TimeNs min_ts = kMaxTime;
  TimeNs max_ts = kMinTime;
  std::uint64_t min_seq = 0;
  std::uint64_t max_seq = 0;
  // Of the footer, which has checksums of all else: two files with the same are the same file.
  // 0: not known.
  std::uint64_t checksum = 0;

  friend bool operator==(const PartSummary&, const PartSummary&) = default;
};

// Writes one part. Calls must come in the order of (ts, seq) and be of `day`. `memory` is what
// parts that are written one after another with the same effort may share; by default a part has
// its own. `visit`, where there is one, gets all calls, a block at a time, before close() returns.
// Ownership: `files` must outlive it. Memory: two blocks of calls, the part's dictionaries and its
// index entries. Not thread-safe; with the fast effort it has a thread of its own now and then,
// which calls `visit` and touches no file.
class PartWriter {
 public:
  static Result<std::unique_ptr<PartWriter>> create(FileSystem& files, const std::string& path,
                                                    Day day, Effort effort,
                                                    std::shared_ptr<PartMemory> memory = {},
                                                    KeyedCallsVisitor visit = {});
  PartWriter() = default;
  PartWriter(const PartWriter&) = delete;
  PartWriter& operator=(const PartWriter&) = delete;
  virtual ~PartWriter() = default;

  virtual Result<void> add(const Batch& batch, const Call& call) = 0;
  // Nothing is added from here on. With the fast effort, the last block is encoded beside what the
  // caller does until finish(), unless it is full of bytes. finish() calls this where nobody did.
  virtual Result<void> close() = 0;
  // Writes indices and footer and syncs the file. The path is the final one: a part is live once
  // the manifest names it, and a file that no manifest names is removed at start.
  virtual Result<PartSummary> finish() = 0;
};

// Reads a part. Immutable and thread-safe after open. Reads go through `cache` (may be shared
// between parts). A damaged block or section is an error of that block or section alone.
class PartReader {
 public:
  // Checks the footer and reads the directory (not the blocks).
  static Result<std::shared_ptr<const PartReader>> open(FileSystem& files, const std::string& path,
                                                        std::shared_ptr<BlockCache> cache);
  PartReader() = default;
  PartReader(const PartReader&) = delete;
  PartReader& operator=(const PartReader&) = delete;
  virtual ~PartReader() = default;

  [[nodiscard]] virtual const PartSummary& summary() const = 0;
  [[nodiscard]] virtual std::uint32_t blocks() const = 0;
  // All of a block's calls in the row form, in the order of (ts, seq).
  [[nodiscard]] virtual Result<Batch> read_block(std::uint32_t block) const = 0;
  // Visits the calls that match `query`, in its order, from this part alone. Damaged blocks are
  // skipped and counted in `summary`. Returns false once `visit` did.
  virtual Result<bool> scan(const CallQuery& query, const Budget& budget, const CallVisitor& visit,
                            ScanSummary& summary) const = 0;
  // What scan() would read: adds to days, blocks and bytes of `summary` and says the steps, without
  // reading calls.
  virtual Result<void> explain(const CallQuery& query, ScanSummary& summary) const = 0;
  // Adds the calls that match to `answer`.
  virtual Result<void> count(const CountQuery& query, const Budget& budget,
                             CountAnswer& answer) const = 0;
  // Adds the failed calls that match to `answer`.
  virtual Result<void> failures(const FailureQuery& query, const Budget& budget,
                                FailureAnswer& answer) const = 0;
  [[nodiscard]] virtual Result<std::optional<CallRecord>> fetch(const Ref& ref,
                                                                const Budget& budget) const = 0;
};

}  // namespace fortnight::storage
