// Shared by the verbs: their context, their closing line, and a scan that can pause.
#pragma once

#include <optional>
#include <string>

#include "base/json_writer.h"
#include "query/call_row.h"
#include "query/parsed_request.h"
#include "query/service.h"

namespace fortnight::query {

// The progress of an answer that returns calls: where to continue after a pause.
struct ScanProgress {
  storage::Counts given;                 // calls so far, and how many of them failed
  storage::Cursor last;                  // position of the last call
  std::optional<std::uint64_t> end_seq;  // calls that arrived later are left out
  storage::Completeness completeness;    // of all scans so far, paused ones included
};

struct VerbContext {
  const Context& context;
  const ParsedRequest& request;
  Sink& sink;
  const storage::Budget& budget;
  ScanProgress& progress;
};

// A verb's closing line, or the error that replaces it.
using Answer = Parsed<std::string>;

// Builds "OK {…}", member by member.
class Summary {
 public:
  Summary() { json_.open_object(); }
  JsonWriter& json() { return json_; }
  // Writes from, to and tz; from or to is null where the period is open on that side.
  void period(const ParsedRequest& request, const Period& period);
  // Writes `complete` and what is missing. With `everything`, the request covers all kept calls, so
  // dropped calls don't make it incomplete, unless nothing was `found`: the sought call may be
  // among the dropped ones.
  void completeness(const storage::Completeness& completeness, bool everything, bool found);
  // Writes how many lines were rejected within the period, if any: some may have been calls of the
  // answer. Only filters by source apply to rejects.
  Parsed<void> rejected(const VerbContext& verb, const Period& period);
  // Writes how many matching calls are counted under `(other)`, if any.
  void past_cap(const storage::PastCap& past_cap) {
    if (past_cap.calls != 0) json_.key("values_past_cap").number(past_cap.calls);
  }
  // Writes the note that a chart shows in place of an empty drawing.
  void no_data() { json_.key("note").text("No Data Available"); }
  // Writes the note, and the nearest call outside of the period that matches the query.
  void no_data(const VerbContext& verb, const storage::CallQuery& query);
  std::string close() {
    json_.close_object();
    return std::move(line_);
  }

 private:
  std::string line_ = "OK ";
  JsonWriter json_{line_};
};

// The period that compare= selects, and how many local days earlier it is. 0: it ends where the
// other begins.
struct ComparedPeriod {
  Period period;
  int days = 0;
};
ComparedPeriod compared_period(const Shift& shift, const Period& period);
// Writes the members of `previous`: from, to, days_before and complete.
void write_compared(const ComparedPeriod& compared, const storage::Completeness& completeness,
                    const TimeZone& zone, JsonWriter& out);

// Runs a scan from the position in the progress and sends a row for each call. `write` adds members
// to an open row object; `make` builds the whole row in an empty string. The counts of the calls
// are in the progress. Returns an error if the sink or the store fails, and a pause if the sink has
// no room.
using RowWriter = std::function<void(const storage::CallRecord&, JsonWriter&)>;
Parsed<storage::ScanSummary> scan_to_sink(const VerbContext& verb, const storage::CallQuery& query,
                                          const RowWriter& write);
using RowMaker = std::function<void(storage::CallRecord&&, std::string& row)>;
Parsed<storage::ScanSummary> scan_rows(const VerbContext& verb, const storage::CallQuery& query,
                                       const RowMaker& make);

// "rollups" or "calls", the value of the members `basis` and `quantiles_basis`.
std::string_view name_of(storage::Basis basis);

// Whether the error means that the answer pauses.
bool is_pause(const RequestError& error);

// The scan that the request describes.
storage::CallQuery call_query(const ParsedRequest& request);

// Notes that the next row has contents of the call.
void disclose(const ParsedRequest& request, const storage::Ref& call);

// Sends one row to the sink. Returns an error if the client no longer reads.
Parsed<void> give(const VerbContext& verb, std::string_view json);

// Returns the request's period with finite edges, which counts need. date=all begins with the local
// day of the first call or count in the store; a request for IDs begins with that of the first
// matching call.
Parsed<Period> counted_period(const VerbContext& verb);

}  // namespace fortnight::query
