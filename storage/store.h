// The narrow interface between queries and whatever keeps the calls. The embedded engine
// (storage/engine.h) is its first implementation; any other has to pass the same conformance tests.
//
// Threads: one thread appends; any number of threads read at the same time, each on a snapshot that
// the call takes when it starts. No reading function blocks appending.
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
#include "storage/call/batch.h"
#include "storage/call/latency_sketch.h"
#include "storage/call/predicate.h"
#include "storage/count_groups.h"
#include "storage/failures.h"
#include "storage/ref.h"
#include "storage/reject.h"

namespace fortnight::storage {

// Where a source stands after the lines of a batch; journalled with them. The store keeps the
// newest value of each key and forgets a key whose value is empty.
struct Position {
  std::string key;
  std::string value;
};

// All that one append makes durable at once.
struct Append {
  Batch batch;
  std::vector<Reject> rejects;
  std::vector<Position> positions;
  std::uint64_t skipped = 0;  // lines that their format says are no calls
};

// A call as queries get it.
struct CallRecord {
  Ref ref;
  TimeNs ts = 0;
  std::uint8_t ts_digits = 0;
  std::int64_t duration_ns = kNoDuration;
  std::int32_t status = kNoStatus;
  std::string text[kTextFields];                         // by TextField
  std::vector<std::pair<std::string, std::string>> ids;  // kind, value; call_id left out
  std::string line;                                      // only where asked for
  std::vector<std::string> scalars;                      // one for each of CallQuery::pointers

  [[nodiscard]] const std::string& field(TextField f) const {
    return text[static_cast<std::size_t>(f)];
  }
};

// any: as it costs least, for who adds up. It knows no cursor.
enum class Order : std::uint8_t { newest_first, oldest_first, any };

// A place in the order of (ts, seq): what is behind it comes next.
struct Cursor {
  TimeNs ts = 0;
  std::uint64_t seq = 0;
};

struct CallQuery {
  TimeNs from = kMinTime;             // included
  TimeNs to = kMaxTime;               // excluded
  std::vector<Predicate> predicates;  // all of them have to hold
  Order order = Order::newest_first;  // by (ts, seq)
  std::optional<Cursor> after;
  std::uint64_t limit = 50;  // calls visited at the most
  // Calls whose number is in [first_seq, end_seq): those that arrived within a while, for FOLLOW.
  std::uint64_t first_seq = 0;
  std::uint64_t end_seq = std::numeric_limits<std::uint64_t>::max();
  // What the calls are to bear besides their numbers; what isn't wanted stays empty.
  bool with_line = false;
  bool with_ids = true;
  std::bitset<kTextFields> fields = std::bitset<kTextFields>().set();  // by TextField
  // JSON pointers of scalars, each as a predicate sees it: a string decoded, empty where absent.
  std::vector<std::string> pointers;
};

// Limits and cancellation of one query. `stop` is asked between blocks (some 100 µs apart) and may
// be called from any thread that runs the query.
struct Budget {
  std::function<std::optional<Error>()> stop;  // an error ends the query with it
  std::uint64_t max_memory = 64U << 20;        // bytes that the query may hold
  std::uint64_t held = 0;                      // bytes that it holds beside what is counted now
};

// Whether an answer has everything that was asked for.
struct Completeness {
  bool complete = true;       // false: something damaged or dropped is missing
  std::uint64_t damaged = 0;  // damaged blocks and files that the query would have read
  // From when on the calls of all days are kept; set where ones before it were asked for and are
  // dropped.
  std::optional<TimeNs> retained_from;
  // Calls that counts can't tell a filter's value from (PastCap::untested).
  std::uint64_t untested = 0;

  // One more that is damaged.
  void miss_one() {
    complete = false;
    ++damaged;
  }
  // Of an answer that is this one's and the other's calls.
  Completeness& operator+=(const Completeness& other) {
    complete = complete && other.complete;
    damaged += other.damaged;
    if (other.retained_from) retained_from = other.retained_from;
    untested += other.untested;
    return *this;
  }
};

struct ScanSummary {
  Completeness completeness;
  bool more = false;           // the limit was reached and calls were left
  std::uint64_t next_seq = 0;  // what the next call appended after this snapshot is numbered
  // What it cost, for EXPLAIN and for tests.
  std::uint64_t days = 0;
  std::uint64_t blocks_considered = 0;
  std::uint64_t blocks_read = 0;
  std::uint64_t bytes_read = 0;
  std::vector<std::string> steps;  // one line each: what was tested by what
};

// Returns false to end the query.
using CallVisitor = std::function<bool(CallRecord&&)>;

// What a count is grouped by, besides time.
struct CountQuery {
  // Ascending edges of the buckets: bucket i is [edges[i], edges[i + 1]). At least two.
  std::vector<TimeNs> edges;
  std::vector<Predicate> predicates;
  // At most one of: a text field (account, method, endpoint, revision, or any other, then from
  // calls), the status, or the error code, from calls, which is what a predicate about it tests.
  std::optional<TextField> by_field;
  bool by_status = false;
  std::vector<std::string> by_code;  // JSON pointers of the error code
};

// What asks for the calls that a count counts.
CallQuery calls_of(const CountQuery& query);

// Calls that rollups count under `(other)`, so that what was asked about them can't be told.
struct PastCap {
  std::uint64_t calls = 0;     // all of them
  std::uint64_t untested = 0;  // of them, those that a filter could not be tested on

  PastCap& operator+=(const PastCap& other) {
    calls += other.calls;
    untested += other.untested;
    return *this;
  }
  friend bool operator==(const PastCap&, const PastCap&) = default;
};

struct CountAnswer {
  // The empty name where nothing is grouped by; a status in decimal.
  CountGroups groups;
  Completeness completeness;
  bool from_calls = false;  // counted from calls alone: rollups don't know the filter
  bool rounded = false;     // an edge past retention fell within a quarter and was rounded outward
  std::uint64_t late = 0;   // of the counts: calls that came too late to be kept
  PastCap past_cap;         // not of calls that are kept: those are counted one by one
};

// A stretch of time: [from, to).
struct TimeRange {
  TimeNs from = 0;
  TimeNs to = 0;
};

// Which failed calls are to be told by what failed.
struct FailureQuery {
  TimeNs from = kMinTime;             // included
  TimeNs to = kMaxTime;               // excluded
  std::vector<Predicate> predicates;  // besides that the call failed
  // JSON pointers of the error code: the first that leads to something in a line counts.
  std::vector<std::string> codes;
};

// That a call failed.
Predicate failed_call();

// What asks for these calls, with what Failures::add() takes of them, in any order.
CallQuery failed_calls(const FailureQuery& query);

struct FailureAnswer {
  Failures failures;
  Completeness completeness;
};

// Adds what a scan for failed_calls() visits, and ends it, with an error in `fits`, where they
// outgrow the budget. All three must outlive the scan.
CallVisitor failure_collector(Failures& failures, const Budget& budget, Result<void>& fits);

struct LatencyQuery {
  std::vector<TimeNs> edges;           // whole hours
  std::vector<TextPattern> endpoints;  // any of them; empty: all
};

struct LatencyAnswer {
  std::vector<LatencySketch> sketches;  // one a bucket
  Completeness completeness;
};

// A page of rejects, newest first.
struct RejectPage {
  std::vector<NumberedReject> rejects;
  bool more = false;  // the limit was reached and rejects were left
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

  // Takes in a batch: readers see it at once; it is durable after the next sync(). `now` decides
  // what is too late. Nothing was taken, try again later: no_space (the disk), limit (a flush makes
  // room). Any other error of append or sync is fatal: acknowledge nothing more and end.
  virtual Result<void> append(Append&& append, TimeNs now) = 0;
  // ErrorCode::no_space: not durable yet, try again later.
  virtual Result<void> sync() = 0;
  // After either: returns once another try is worthwhile, after `at_most` in any case. On the
  // appending thread.
  virtual void wait_for_room(std::chrono::milliseconds at_most);
  // The newest value of each position's key, as of the last append.
  [[nodiscard]] virtual std::map<std::string, std::string> positions() const = 0;

  virtual Result<ScanSummary> scan(const CallQuery& query, const Budget& budget,
                                   const CallVisitor& visit) const = 0;
  virtual Result<CountAnswer> count(const CountQuery& query, TimeNs now,
                                    const Budget& budget) const = 0;
  // By default by a scan of the calls.
  virtual Result<FailureAnswer> failures(const FailureQuery& query, const Budget& budget) const;
  // The durations of calls, from rollups. ErrorCode::unsupported where the store keeps no sketches:
  // then they can be had from calls alone.
  virtual Result<LatencyAnswer> latency(const LatencyQuery& query, TimeNs now,
                                        const Budget& budget) const;
  virtual Result<std::optional<CallRecord>> fetch(const Ref& ref, const Budget& budget) const = 0;
  // Rejected lines. They are kept for as long as calls are, and within a bound of bytes: the oldest
  // go first. ErrorCode::unsupported where the store keeps none.
  virtual Result<RejectPage> rejects(const RejectQuery& query, const Budget& budget) const;
  // How many lines were rejected. Counts outlive the lines. Exact to the second for recent rejects;
  // where a limit of counts was passed, older ones are known by the quarter or the UTC day, and one
  // that an edge cuts counts whole. Cheap enough to go with every answer. By default none.
  virtual Result<std::uint64_t> count_rejects(const RejectFilter& filter) const;
  // What scan() would read for the query, in words, without reading calls.
  virtual Result<ScanSummary> explain(const CallQuery& query) const = 0;
  // The same of count(); by default what the calls of its period would cost.
  virtual Result<ScanSummary> explain_count(const CountQuery& query) const;
  // A range that all calls and counts are in, as close as is known without reading any; nothing
  // where there are none, or (by default) where it isn't known.
  [[nodiscard]] virtual std::optional<TimeRange> extent() const { return std::nullopt; }

  // Drops the day's calls, now and for good; its counts stay.
  virtual Result<void> drop_day(Day day) = 0;
  [[nodiscard]] virtual StoreStatus status(TimeNs now) const = 0;
};

}  // namespace fortnight::storage
