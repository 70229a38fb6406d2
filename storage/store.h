// The narrow interface between queries and the storage of calls. The embedded engine
// (storage/engine.h) is its first implementation; any other must pass the same conformance tests.
//
// Threads: one thread appends; any number of threads read at the same time, each on a snapshot that
// the read takes when it starts. No reading function blocks appending.
#pragma once

#include <bitset>
#include <chrono>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "storage/budget.h"
#include "storage/call/batch.h"
#include "storage/call/latency_sketch.h"
#include "storage/call/predicate.h"
#include "storage/completeness.h"
#include "storage/count_groups.h"
#include "storage/failures.h"
#include "storage/ref.h"
#include "storage/reject.h"

namespace fortnight::storage {

// How far a source has been read once a batch is stored; journalled with the batch. The store keeps
// the newest value of each key and forgets a key whose value is empty.
struct Position {
  std::string key;
  std::string value;
};

// Everything that one append makes durable at once.
struct Append {
  Batch batch;
  std::vector<Reject> rejects;
  std::vector<Position> positions;
  std::uint64_t skipped = 0;  // lines that are not calls by the rules of their format
};

// A call as queries return it.
struct CallRecord {
  Ref ref;
  TimeNs ts = 0;
  std::uint8_t ts_digits = 0;
  std::int64_t duration_ns = kNoDuration;
  std::int32_t status = kNoStatus;
  std::string text[kTextFields];                         // by TextField
  std::vector<std::pair<std::string, std::string>> ids;  // kind and value; without call_id
  std::string line;                                      // only if requested
  std::vector<std::string> scalars;                      // one for each of CallQuery::pointers

  [[nodiscard]] const std::string& field(TextField f) const {
    return text[static_cast<std::size_t>(f)];
  }
};

// any: cheapest order, for aggregation. Cannot be combined with a cursor.
enum class Order : std::uint8_t { newest_first, oldest_first, any };

// A position in the order of (ts, seq). The page continues after it.
struct Cursor {
  TimeNs ts = 0;
  std::uint64_t seq = 0;
};

struct CallQuery {
  TimeNs from = kMinTime;             // included
  TimeNs to = kMaxTime;               // excluded
  std::vector<Predicate> predicates;  // all must hold
  Order order = Order::newest_first;  // by (ts, seq)
  std::optional<Cursor> after;
  std::uint64_t limit = 50;  // the most calls to visit
  // Only calls whose number is in [first_seq, end_seq): those that arrived within a period, for
  // FOLLOW.
  std::uint64_t first_seq = 0;
  std::uint64_t end_seq = std::numeric_limits<std::uint64_t>::max();
  // What to return of each call besides its numbers. Anything else stays empty.
  bool with_line = false;
  bool with_ids = true;
  std::bitset<kTextFields> fields = std::bitset<kTextFields>().set();  // by TextField
  // JSON pointers of scalars to return as predicates see them: strings decoded, empty if absent.
  std::vector<std::string> pointers;
};

struct ScanSummary {
  Completeness completeness;
  bool more = false;           // the limit was reached before the last call
  std::uint64_t next_seq = 0;  // the number of the next call that is appended after this snapshot
  // The cost of the query, for EXPLAIN and for tests.
  std::uint64_t days = 0;
  std::uint64_t blocks_considered = 0;
  std::uint64_t blocks_read = 0;
  std::uint64_t bytes_read = 0;
  std::vector<std::string> steps;  // one line each: what is tested and by which index or column
};

// Returns false to end the query.
using CallVisitor = std::function<bool(CallRecord&&)>;

// A count, and what it is grouped by besides time.
struct CountQuery {
  // Ascending edges of the buckets: bucket i is [edges[i], edges[i + 1]). At least two.
  std::vector<TimeNs> edges;
  std::vector<Predicate> predicates;
  // At most one of these. A text field: account, method, endpoint, revision; any other field is
  // counted from calls. The status. Or the error code: counted from calls, with the value that a
  // predicate about it tests.
  std::optional<TextField> by_field;
  bool by_status = false;
  std::vector<std::string> by_code;  // JSON pointers of the error code
};

// The query for the calls that a count counts.
CallQuery calls_of(const CountQuery& query);

// Calls that rollups count under `(other)`, so that their value is unknown.
struct PastCap {
  std::uint64_t calls = 0;     // all of them
  std::uint64_t untested = 0;  // of them, those on which a filter could not be tested
  // Of them, those in the group `(other)` of endpoints whose calls all got 404, if the file counts
  // all other endpoints exactly.
  std::uint64_t unmatched = 0;

  PastCap& operator+=(const PastCap& other) {
    calls += other.calls;
    untested += other.untested;
    unmatched += other.unmatched;
    return *this;
  }
  friend bool operator==(const PastCap&, const PastCap&) = default;
};

struct CountAnswer {
  // The empty name if nothing is grouped by; a status is in decimal.
  CountGroups groups;
  Completeness completeness;
  bool from_calls = false;  // rollups can't answer this filter, so all counts are from calls
  // An edge within a quarter hour whose calls are dropped was moved to the quarter's edge.
  bool rounded = false;
  std::uint64_t late = 0;  // of the counts: calls that came too late to be kept
  PastCap past_cap;        // without calls that are kept: those are counted one by one
};

// A period of time: [from, to).
struct TimeRange {
  TimeNs from = 0;
  TimeNs to = 0;
};

// Selects the failed calls to group by what failed.
struct FailureQuery {
  TimeNs from = kMinTime;             // included
  TimeNs to = kMaxTime;               // excluded
  std::vector<Predicate> predicates;  // besides that the call must have failed
  // JSON pointers of the error code. The first that leads to a value in a line is used.
  std::vector<std::string> codes;
};

// The predicate that a call failed.
Predicate failed_call();

// The query for these calls, in any order, with everything that Failures::add() needs.
CallQuery failed_calls(const FailureQuery& query);

struct FailureAnswer {
  Failures failures;
  Completeness completeness;
};

// Adds the calls that a scan for failed_calls() visits. If they exceed the budget, it ends the scan
// and puts an error into `fits`. All three must outlive the scan.
CallVisitor failure_collector(Failures& failures, const Budget& budget, Result<void>& fits);

struct LatencyQuery {
  std::vector<TimeNs> edges;           // must be whole hours
  std::vector<TextPattern> endpoints;  // any of them may match; empty: all
};

struct LatencyAnswer {
  std::vector<LatencySketch> sketches;  // one for each bucket
  Completeness completeness;
};

// A page of rejects, newest first.
struct RejectPage {
  std::vector<NumberedReject> rejects;
  bool more = false;  // the limit was reached before the last reject
  Completeness completeness;
};

struct StoreStatus {
  std::string json;  // one JSON object: journal, parts, segments, rollups, disk, memory, retention
};

class Store {
 public:
  Store() = default;
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;
  virtual ~Store() = default;

  // Takes in a batch. Readers see it at once; it is durable after the next sync(). `now` decides
  // which calls are too late. After no_space (disk) or limit (a flush must make room) nothing was
  // taken, and the caller may try again later. Any other error of append() or sync() is fatal: the
  // caller must acknowledge nothing more and end.
  virtual Result<void> append(Append&& append, TimeNs now) = 0;
  // ErrorCode::no_space: not durable yet; try again later.
  virtual Result<void> sync() = 0;
  // Waits, after either error, until another try is worthwhile, or for `at_most`. On the appending
  // thread.
  virtual void wait_for_room(std::chrono::milliseconds at_most);
  // The newest value of each position's key, as of the last append.
  [[nodiscard]] virtual std::map<std::string, std::string> positions() const = 0;

  // Visits the calls that match, and fills `summary`, which is a new one. After an error it still
  // has what was damaged and `next_seq`: a query that paused meets only what lies behind it again.
  virtual Result<void> scan_into(const CallQuery& query, const Budget& budget,
                                 const CallVisitor& visit, ScanSummary& summary) const = 0;
  // The same, for a query that does not pause.
  Result<ScanSummary> scan(const CallQuery& query, const Budget& budget,
                           const CallVisitor& visit) const;
  virtual Result<CountAnswer> count(const CountQuery& query, TimeNs now,
                                    const Budget& budget) const = 0;
  // The default implementation scans the calls.
  virtual Result<FailureAnswer> failures(const FailureQuery& query, const Budget& budget) const;
  // The durations of calls, from rollups. ErrorCode::unsupported if the store keeps no sketches;
  // durations are then available from calls only.
  virtual Result<LatencyAnswer> latency(const LatencyQuery& query, TimeNs now,
                                        const Budget& budget) const;
  virtual Result<std::optional<CallRecord>> fetch(const Ref& ref, const Budget& budget) const = 0;
  // Rejected lines. They are kept as long as calls are, but within a bound of bytes: the oldest go
  // first. ErrorCode::unsupported if the store keeps none.
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
  // if there are none or (by default) if it isn't known.
  [[nodiscard]] virtual std::optional<TimeRange> extent() const { return std::nullopt; }

  // Drops the day's calls for good; its counts stay.
  virtual Result<void> drop_day(Day day) = 0;
  [[nodiscard]] virtual StoreStatus status(TimeNs now) const = 0;
};

}  // namespace fortnight::storage
