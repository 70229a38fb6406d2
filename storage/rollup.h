// Rollups: counts of calls by quarter of an hour, account, endpoint, method, status and revision, and
// by hour and endpoint a sketch of durations. One immutable file holds (a share of) one UTC day's
// counts; a day's counts are the sum of its files. The bytes are told in docs/format.md.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "storage/batch.h"
#include "storage/error.h"
#include "storage/file_system.h"
#include "storage/store.h"
#include "storage/time.h"

namespace fortnight::storage {

// Collects one day's counts in memory. Not thread-safe.
class RollupBuilder {
 public:
  static std::unique_ptr<RollupBuilder> create(Day day);
  RollupBuilder() = default;
  RollupBuilder(const RollupBuilder&) = delete;
  RollupBuilder& operator=(const RollupBuilder&) = delete;
  virtual ~RollupBuilder() = default;

  virtual void add(const Batch& batch, const Call& call) = 0;  // of `day`
  virtual Result<void> add(const class RollupReader& other) = 0;  // of the same day: merges it in
  [[nodiscard]] virtual std::uint64_t calls() const = 0;
  // Writes and syncs the file at its final path: it is live once the manifest names it. Returns its
  // size in bytes.
  virtual Result<std::uint64_t> write(FileSystem& files, const std::string& path) const = 0;
};

// Reads one rollup file. Immutable and thread-safe after open.
class RollupReader {
 public:
  static Result<std::shared_ptr<const RollupReader>> open(FileSystem& files,
                                                          const std::string& path,
                                                          std::shared_ptr<class BlockCache> cache);
  RollupReader() = default;
  RollupReader(const RollupReader&) = delete;
  RollupReader& operator=(const RollupReader&) = delete;
  virtual ~RollupReader() = default;

  [[nodiscard]] virtual Day day() const = 0;
  [[nodiscard]] virtual std::uint64_t calls() const = 0;
  // Whether rollups can answer: every predicate is about account, endpoint, method, revision or status,
  // and so is what the counts are grouped by.
  static bool answers(const CountQuery& query);
  // Adds the counts of whole quarters to `answer`: a quarter belongs to the bucket in which it begins.
  // Requires answers(query).
  virtual Result<void> count(const CountQuery& query, const Budget& budget,
                             CountAnswer& answer) const = 0;
  // Adds the hours' sketches to `sketches`, one a bucket.
  virtual Result<void> latency(const LatencyQuery& query,
                               std::vector<LatencySketch>& sketches) const = 0;
};

}  // namespace fortnight::storage
