// Parts and segments: immutable files of one UTC day's calls, by block and column, with their
// indices; see docs/format.md. A segment is a part that holds all of a sealed day's calls.
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
#include "storage/failures.h"
#include "storage/files/file_system.h"
#include "storage/part/erased_rows.h"
#include "storage/query.h"

namespace fortnight::storage {

class BlockCache;
class Executor;
struct PartMemory;

// What a part's footer says of the part. The manifest has it too.
struct PartSummary {
  Day day = 0;
  std::uint64_t calls = 0;
  std::uint64_t bytes = 0;       // of the file
  std::uint64_t line_bytes = 0;  // of its calls' lines
  TimeNs min_ts = kMaxTime;
  TimeNs max_ts = kMinTime;
  std::uint64_t min_seq = 0;
  std::uint64_t max_seq = 0;
  // Of the footer, which has checksums of everything else: files with equal checksums are
  // identical. 0: unknown.
  std::uint64_t checksum = 0;

  friend bool operator==(const PartSummary&, const PartSummary&) = default;
};

// Writes one part. Calls must come in the order of (ts, seq) and be of `day`. `memory` may be
// shared between parts that are written one after another with the same effort; by default a part
// has its own. `visit`, if given, gets all calls, a block at a time, before close() returns.
// Ownership: `files` must outlive it. Memory: two blocks of calls, the part's dictionaries and its
// index entries. Not thread-safe. With the fast effort `executor`, which must outlive it, calls
// `visit` and encodes blocks; it accesses no file. Without an executor the calling thread does.
class PartWriter {
 public:
  static Result<std::unique_ptr<PartWriter>> create(FileSystem& files, const std::string& path,
                                                    Day day, Effort effort,
                                                    std::shared_ptr<PartMemory> memory = {},
                                                    KeyedCallsVisitor visit = {},
                                                    Executor* executor = nullptr);
  PartWriter() = default;
  PartWriter(const PartWriter&) = delete;
  PartWriter& operator=(const PartWriter&) = delete;
  virtual ~PartWriter() = default;

  virtual Result<void> add(const Batch& batch, const Call& call) = 0;
  // Nothing may be added after this. With the fast effort the last block, unless it is full of
  // bytes, is encoded in parallel to what the caller does until finish(). finish() calls close() if
  // the caller hasn't.
  virtual Result<void> close() = 0;
  // Writes indices and footer and syncs the file. The path is the final one: a part is live once
  // the manifest names it, and the next start removes a file that no manifest names.
  virtual Result<PartSummary> finish() = 0;
};

// Reads a part. Immutable and thread-safe after open. Reads go through `cache`, which parts may
// share. A damaged block or section is an error of only that block or section.
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
  // The same part without these rows, for all functions below. They are ignored if they aren't
  // the part's.
  [[nodiscard]] virtual std::shared_ptr<const PartReader> without(ErasedRows rows) const = 0;
  // The rows that it is without.
  [[nodiscard]] virtual const ErasedRows& erased() const = 0;
  // No call of the block is older.
  [[nodiscard]] virtual TimeNs oldest_in(std::uint32_t block) const = 0;
  // All of a block's calls in the row form, in the order of (ts, seq).
  [[nodiscard]] virtual Result<Batch> read_block(std::uint32_t block) const = 0;
  // Visits this part's calls that match `query`, in its order. Skips damaged blocks and counts them
  // in `summary`. Returns false once `visit` did.
  virtual Result<bool> scan(const CallQuery& query, const Budget& budget, const CallVisitor& visit,
                            ScanSummary& summary) const = 0;
  // Describes what scan() would read: adds to the days, blocks, bytes and steps of `summary`,
  // without reading calls.
  virtual Result<void> explain(const CallQuery& query, ScanSummary& summary) const = 0;
  // Adds the matching calls to `answer`.
  virtual Result<void> count(const CountQuery& query, const Budget& budget,
                             CountAnswer& answer) const = 0;
  // Adds the numbers of the matching rows. Counts damaged blocks, which may have some, too.
  virtual Result<void> match(const CallQuery& query, const Budget& budget,
                             Completeness& completeness, Roaring& rows) const = 0;
  // Adds the matching failed calls to `answer`.
  virtual Result<void> failures(const FailureQuery& query, const Budget& budget,
                                FoundFailures& answer) const = 0;
  [[nodiscard]] virtual Result<std::optional<CallRecord>> fetch(const Ref& ref,
                                                                const Budget& budget) const = 0;
};

}  // namespace fortnight::storage
