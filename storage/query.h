// What is asked of a store, and what it answers.
#pragma once

#include <bitset>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
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
#include "storage/ref.h"
#include "storage/reject.h"

namespace fortnight::storage {

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

// What an answer was made from, if the store keeps counts beside its calls.
enum class Basis : std::uint8_t {
  counts,  // counts, and calls where the counts cannot tell
  calls,   // calls only: the counts can't test the filter, so dropped days are missing
};

struct CountAnswer {
  // The empty name if nothing is grouped by; a status is in decimal.
  CountGroups groups;
  Completeness completeness;
  std::optional<Basis> basis;
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
  bool first_ever = false;  // find FailureGroup::first_ever
};

// The predicate that a call failed.
Predicate failed_call();

// The query for these calls, in any order, with the fields that their groups need.
CallQuery failed_calls(const FailureQuery& query);

// When a failed call happened.
struct FailureSighting {
  TimeNs ts = 0;
  unsigned ts_digits = 0;
  Ref ref;
  // Ordered by time, then by number.
  friend bool operator<(const FailureSighting& a, const FailureSighting& b) {
    return a.ts != b.ts ? a.ts < b.ts : a.ref.seq < b.ref.seq;
  }
};

// The standard error of an estimated number of accounts, relative to it.
inline constexpr double kAccountsError = 0.023;

// The failed calls of one endpoint, status and error code.
struct FailureGroup {
  std::string endpoint;
  std::int32_t status = 0;
  std::string code;  // empty if the calls have none
  // The endpoint or the code is any that counts have under `(other)`; its text is empty.
  bool endpoint_past_cap = false;
  bool code_past_cap = false;
  std::uint64_t calls = 0;
  std::uint64_t accounts = 0;       // number of distinct accounts
  bool accounts_estimated = false;  // see kAccountsError
  FailureSighting first;
  // From counts without the call's number (0) if only its quarter of an hour is known.
  FailureSighting last;
  // The first call of the kind of all times and accounts, if FailureQuery::first_ever asked for it
  // and the kind is known.
  std::optional<FailureSighting> first_ever;
  std::string call_id;           // of the last call
  bool call_id_unknown = false;  // the group is from counts, which have no IDs of calls
};

struct FailureAnswer {
  std::vector<FailureGroup> groups;  // in any order
  std::uint64_t calls = 0;           // of all groups
  Completeness completeness;
  std::optional<Basis> basis;
  // As in CountAnswer.
  bool rounded = false;
  std::uint64_t late = 0;
  // Days of the period are not counted by error code: these, and all before them whose calls were
  // dropped.
  std::optional<Day> uncounted;

  // Approximate bytes of memory.
  [[nodiscard]] std::size_t bytes() const;
};

// Selects durations of calls by time.
struct LatencyQuery {
  // Ascending edges of the buckets: bucket i is [edges[i], edges[i + 1]). At least two.
  std::vector<TimeNs> edges;
  std::vector<Predicate> predicates;  // all must hold
};

// The query for these calls, in any order, with nothing but their times and durations.
CallQuery timed_calls(const LatencyQuery& query);

struct LatencyAnswer {
  std::vector<LatencySketch> sketches;  // one for each bucket
  Completeness completeness;
  std::optional<Basis> basis;
};

// A page of rejects, newest first.
struct RejectPage {
  std::vector<NumberedReject> rejects;
  bool more = false;  // the limit was reached before the last reject
  Completeness completeness;
};

}  // namespace fortnight::storage
