// Rollups: counts of calls by quarter hour, account, endpoint, method, status and revision, and a
// sketch of durations by hour and endpoint. One immutable file has counts of one UTC day; a day's
// counts are the sum of its files. Counts of calls that came too late to be kept are in files of
// the same form. docs/format.md describes the bytes.
#pragma once

#include <cstdint>
#include <functional>
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
#include "storage/query.h"
#include "storage/rollup/caps.h"

namespace fortnight::storage {

class BlockCache;
struct FailureName;
struct FoundFailures;
class RollupBuckets;
class RollupFile;
struct RollupFold;

// Which sketches of durations to add up.
struct SketchQuery {
  std::vector<TimeNs> edges;           // ascending, whole hours, at least two
  std::vector<TextPattern> endpoints;  // any of them; empty: all
};

// What a file's counts by error code are good for.
struct CodeCounts {
  bool complete = false;       // all its failed calls are counted by code
  bool same_pointers = false;  // their codes were read as the query says
  bool exact = false;          // nothing is under `(other)`
};

// Reads one rollup file. Immutable and thread-safe.
class RollupReader {
 public:
  // Checks the file's header and footer; the rest is read, checked and cached on demand. Cached
  // objects are keyed by `number`, from BlockCache::next_file(): reopening the file with the same
  // number reuses them.
  static Result<std::shared_ptr<const RollupReader>> open(FileSystem& files,
                                                          const std::string& path,
                                                          std::shared_ptr<BlockCache> cache,
                                                          std::optional<std::uint64_t> number = {});
  explicit RollupReader(std::shared_ptr<const RollupFile> file);

  [[nodiscard]] Day day() const;
  [[nodiscard]] std::uint64_t calls() const;
  // Whether rollups can answer: all predicates and the grouping must be about account, endpoint,
  // method, revision or status.
  static bool answers(const CountQuery& query);
  static bool answers(const std::vector<Predicate>& predicates);
  // Adds the counts of whole quarters to `answer`: a quarter belongs to the bucket in which it
  // begins. A group without calls is left out, except the only group of a query without grouping.
  // An absent status is the group "0". On error nothing was added. ErrorCode::corrupt if needed
  // data is damaged; ErrorCode::limit if the groups exceed the budget. Requires answers(query).
  Result<void> count(const CountQuery& query, const Budget& budget, CountAnswer& answer) const;
  // Adds the hours' sketches to `sketches`, one a bucket; an hour belongs to the bucket in which it
  // begins. After an error nothing was added. Returns the calls of endpoints under `(other)` that
  // may be asked for, and weren't added.
  Result<std::uint64_t> latency(const SketchQuery& query,
                                std::vector<LatencySketch>& sketches) const;
  // Adds the failed calls of whole quarters to `answer`: those that the file counts by error code.
  // Their first and last times, and the refs, are known for whole hours if no predicate is about
  // accounts. Otherwise they are the beginning of a quarter, with a ref without a number. After an
  // error, some may have been added. Requires answers(query.predicates).
  Result<void> failures(const FailureQuery& query, const Budget& budget,
                        FoundFailures& answer) const;
  // Calls `visit` with the first call of each failure that the file has by name; several may have
  // the same name.
  Result<void> first_failures(const std::function<void(const FailureName& name,
                                                       const FailureSighting& first)>& visit) const;
  [[nodiscard]] Result<CodeCounts> code_counts(const FailureQuery& query) const;
  // Whether requested values may be under `(other)`. Endpoints that got only 404s don't count,
  // unless a filter can't be tested on them.
  [[nodiscard]] bool may_fold(const CountQuery& query) const;
  // What the file counts under `(other)`.
  [[nodiscard]] const RollupFold& fold() const;
  // Whether the file names no more values than the caps allow. Reads its keys, and its accounts if
  // it has more calls than the cap on accounts.
  [[nodiscard]] Result<bool> is_within(const KeyCaps& caps) const;

  [[nodiscard]] const std::shared_ptr<const RollupFile>& file() const { return file_; }
  // Approximate bytes of memory, without cached data.
  [[nodiscard]] std::size_t memory() const;

 private:
  Result<void> add_other_latency(const SketchQuery& query, const RollupBuckets& buckets,
                                 std::vector<LatencySketch>& sums, std::uint64_t& untested) const;

  std::shared_ptr<const RollupFile> file_;
};

// Collects one day's counts in memory. Not thread-safe. Memory: about 30 bytes per distinct count
// and 80 per distinct account, the sketches, and another 16 bytes per count while a file is
// written. Keys that grow beyond their caps are folded during collection. Added files are not
// loaded into memory: they are merged from disk, account by account.
class RollupBuilder {
 public:
  static std::unique_ptr<RollupBuilder> create(Day day, RollupRules rules = {});
  RollupBuilder() = default;
  RollupBuilder(const RollupBuilder&) = delete;
  RollupBuilder& operator=(const RollupBuilder&) = delete;
  virtual ~RollupBuilder() = default;

  virtual void add(const Batch& batch, const Call& call) = 0;  // must be of `day`
  // Adds many calls at once, which is faster: each name is looked up once. The lists of names must
  // live until the last calls are added.
  virtual void add(const KeyedCalls& calls) = 0;
  // Counts the error code of a failed call that was added with many. A file counts codes only if
  // those of all failed calls were added.
  virtual void add_code(const Batch& batch, const Call& call) = 0;
  // Merges a file of the same day. Its damage is an error of this function or of write().
  virtual Result<void> add(const RollupReader& other) = 0;
  [[nodiscard]] virtual std::uint64_t calls() const = 0;
  // Approximate bytes of memory. To bound it, the caller writes a file and begins a new builder.
  [[nodiscard]] virtual std::size_t memory() const = 0;
  // Writes and syncs the file at its final path; it is live once the manifest names it. Returns its
  // size in bytes. ErrorCode::limit if there are more keys than a file can have.
  virtual Result<std::uint64_t> write(FileSystem& files, const std::string& path) const = 0;
};

}  // namespace fortnight::storage
