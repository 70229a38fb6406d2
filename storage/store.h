// The narrow interface between queries and whatever keeps the calls. The embedded engine
// (storage/engine.h) is its first implementation; each implementation passes the same transcripts.
//
// Threads: one thread writes; any number of threads read at the same time, each on a snapshot that
// the call takes when it starts. No reading function blocks the writer.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/json_writer.h"
#include "base/time.h"
#include "storage/append.h"
#include "storage/query.h"

namespace fortnight::storage {

// What query/ needs of a store. Any thread may call any function.
//
// Errors: ErrorCode::limit where an answer outgrows its budget, the error of Budget::check()
// where that ends the query, io or corrupt where nothing could be read. Damage alone is no error:
// the answer says what it misses.
class StoreReader {
 public:
  StoreReader() = default;
  StoreReader(const StoreReader&) = delete;
  StoreReader& operator=(const StoreReader&) = delete;
  virtual ~StoreReader() = default;

  // Visits the matching calls and fills `summary`, which must be new. After an error it still has
  // the damage that was met, and `next_seq`: a paused query that continues meets only later damage.
  virtual Result<void> scan_into(const CallQuery& query, const Budget& budget,
                                 const CallVisitor& visit, ScanSummary& summary) const = 0;
  // The same, for a query that does not pause.
  Result<ScanSummary> scan(const CallQuery& query, const Budget& budget,
                           const CallVisitor& visit) const;
  virtual Result<CountAnswer> count(const CountQuery& query, TimeNs now,
                                    const Budget& budget) const = 0;
  // Default: a scan of the calls.
  virtual Result<FailureAnswer> failures(const FailureQuery& query, const Budget& budget) const;
  // Reads the ID of the group's newest call, which counts don't have. Returns whether the call is
  // kept.
  Result<bool> read_newest(FailureGroup& group, const Budget& budget) const;
  // Default: a scan of the calls.
  virtual Result<LatencyAnswer> latency(const LatencyQuery& query, TimeNs now,
                                        const Budget& budget) const;
  // The call with the ref; nothing if it is not kept.
  virtual Result<std::optional<CallRecord>> fetch(const Ref& ref, const Budget& budget) const = 0;
  // The number of the call that arrives next: every call that scan() finds now has a lower one.
  virtual Result<std::uint64_t> next_seq() const = 0;
  // Rejected lines. They are kept as long as calls are, but within a bound of bytes: the oldest go
  // first. Default: ErrorCode::unsupported.
  virtual Result<RejectPage> rejects(const RejectQuery& query, const Budget& budget) const;
  // How many lines were rejected. Counts outlive the lines. They are exact to the second for recent
  // rejects. Past a limit on the number of counts, older ones are kept by quarter hour or UTC day;
  // a count that an edge cuts is included whole. Cheap enough for every answer. Default: 0.
  virtual Result<std::uint64_t> count_rejects(const RejectFilter& filter) const;
  // Describes what scan() would read for the query, without reading calls.
  virtual Result<ScanSummary> explain(const CallQuery& query) const = 0;
  // The same for count(). The default assumes that all calls of the period are read.
  virtual Result<ScanSummary> explain_count(const CountQuery& query) const;
  // A range that includes all calls and counts, as narrow as is known without reading any. Nothing
  // if there are none or (default) if it isn't known.
  [[nodiscard]] virtual std::optional<TimeRange> extent() const { return std::nullopt; }
  // A number that is the same for as long as all answers over [from, to) are. Nothing (default) if
  // they may change at any time: because a day of the period isn't sealed, or something is damaged.
  // Reads no calls.
  [[nodiscard]] virtual std::optional<std::uint64_t> fingerprint(TimeNs /*from*/,
                                                                 TimeNs /*to*/) const {
    return std::nullopt;
  }
  // Writes the store's members of STATUS into an open object.
  virtual void write_status(TimeNs now, JsonWriter& out) const = 0;
};

// What the daemon's writing thread needs of a store.
class StoreWriter {
 public:
  StoreWriter() = default;
  StoreWriter(const StoreWriter&) = delete;
  StoreWriter& operator=(const StoreWriter&) = delete;
  virtual ~StoreWriter() = default;

  // Takes in a batch. Readers see it at once; it is durable after the next sync(). `now` decides
  // which calls are too late. After no_space (disk) or limit (a flush must make room) nothing was
  // taken, and the caller may try again later. Any other error of append() or sync() is fatal: the
  // caller must acknowledge nothing more and end.
  virtual Result<void> append(Append&& append, TimeNs now) = 0;
  // ErrorCode::no_space: not durable yet; try again later.
  virtual Result<void> sync() = 0;
  // Waits, after either error, until another try is worthwhile, or for `at_most`. On the writing
  // thread.
  virtual void wait_for_room(std::chrono::milliseconds at_most);
  // The newest value of each position's key, as of the last append.
  [[nodiscard]] virtual std::map<std::string, std::string> positions() const = 0;
  // Drops the day's calls for good; its counts stay. Thread-safe.
  virtual Result<void> drop_day(Day day) = 0;
};

class Store : public StoreReader, public StoreWriter {};

}  // namespace fortnight::storage
