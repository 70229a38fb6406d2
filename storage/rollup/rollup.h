// Rollups: counts of calls by quarter of an hour, account, endpoint, method, status and revision,
// and by hour and endpoint a sketch of durations. One immutable file holds (a share of) one UTC
// day's counts; a day's counts are the sum of its files. Counts of calls that came too late to be
// kept are in files of the same form. The bytes are told in docs/format.md.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "storage/call/batch.h"
#include "storage/call/keyed_calls.h"
#include "storage/call/latency_sketch.h"
#include "storage/files/file_system.h"
#include "storage/rollup/caps.h"
#include "storage/store.h"

namespace fortnight::storage {

class BlockCache;
class RollupBuckets;
class RollupFile;
struct RollupFold;

// Reads one rollup file. Immutable and thread-safe.
class RollupReader {
 public:
  // Checks the file's ends; all else is read, checked and cached as it is asked for. What is cached
  // bears `number`, from BlockCache::next_file(): who opens the file again with it finds it there.
  static Result<std::shared_ptr<const RollupReader>> open(FileSystem& files,
                                                          const std::string& path,
                                                          std::shared_ptr<BlockCache> cache,
                                                          std::optional<std::uint64_t> number = {});
  explicit RollupReader(std::shared_ptr<const RollupFile> file);

  [[nodiscard]] Day day() const;
  [[nodiscard]] std::uint64_t calls() const;
  // Whether rollups can answer: every predicate is about account, endpoint, method, revision or
  // status, and so is what the counts are grouped by.
  static bool answers(const CountQuery& query);
  // Adds the counts of whole quarters to `answer`: a quarter belongs to the bucket in which it
  // begins. A group without calls is left out, but for the one group of a query that groups by
  // nothing; an absent status is the group "0". After an error nothing was added.
  // ErrorCode::corrupt where what the answer needs is damaged; ErrorCode::limit where the groups
  // outgrow the budget. Requires answers(query).
  Result<void> count(const CountQuery& query, const Budget& budget, CountAnswer& answer) const;
  // Adds the hours' sketches to `sketches`, one a bucket; an hour belongs to the bucket in which it
  // begins. After an error nothing was added. Returns the calls of endpoints under `(other)` that
  // may be asked for, and weren't added.
  Result<std::uint64_t> latency(const LatencyQuery& query,
                                std::vector<LatencySketch>& sketches) const;
  // Whether what is asked about may be under `(other)`.
  [[nodiscard]] bool may_fold(const CountQuery& query) const;
  // What the file counts under `(other)`.
  [[nodiscard]] const RollupFold& fold() const;
  // Whether the file names no more values than the caps let it. Reads its keys, and its accounts
  // where there are more calls than accounts may be.
  [[nodiscard]] Result<bool> is_within(const KeyCaps& caps) const;

  [[nodiscard]] const std::shared_ptr<const RollupFile>& file() const { return file_; }
  // Bytes of memory held, but for what is in the cache; roughly.
  [[nodiscard]] std::size_t memory() const;

 private:
  Result<void> add_other_latency(const LatencyQuery& query, const RollupBuckets& buckets,
                                 std::vector<LatencySketch>& sums, std::uint64_t& untested) const;

  std::shared_ptr<const RollupFile> file_;
};

// Collects one day's counts in memory. Not thread-safe. Memory: some 30 bytes a distinct count and
// 80 a distinct account, the sketches, and while a file is written another 16 bytes a count. Keys
// that grow beyond their caps are folded on the way. Files that were added are not taken into
// memory: they are merged from disk, account by account.
class RollupBuilder {
 public:
  static std::unique_ptr<RollupBuilder> create(Day day, RollupRules rules = {});
  RollupBuilder() = default;
  RollupBuilder(const RollupBuilder&) = delete;
  RollupBuilder& operator=(const RollupBuilder&) = delete;
  virtual ~RollupBuilder() = default;

  virtual void add(const Batch& batch, const Call& call) = 0;  // of `day`
  // As many at once, and faster: a name is looked up once. The lists of names must live until the
  // last calls are added.
  virtual void add(const KeyedCalls& calls) = 0;
  // Merges a file of the same day in. Damage that is met here or by write() is their error.
  virtual Result<void> add(const RollupReader& other) = 0;
  [[nodiscard]] virtual std::uint64_t calls() const = 0;
  // Bytes of memory held, roughly. Who wants it bounded writes a file and begins anew.
  [[nodiscard]] virtual std::size_t memory() const = 0;
  // Writes and syncs the file at its final path: it is live once the manifest names it. Returns its
  // size in bytes. ErrorCode::limit where there were more keys than a file can have.
  virtual Result<std::uint64_t> write(FileSystem& files, const std::string& path) const = 0;
};

}  // namespace fortnight::storage
