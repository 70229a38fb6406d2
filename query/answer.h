// What the verbs have in common: what they are given, and how they close.
#pragma once

#include <optional>
#include <string>

#include "base/json_writer.h"
#include "query/call_row.h"
#include "query/parsed_request.h"
#include "query/service.h"

namespace fortnight::query {

// How far an answer that gives calls has come: what it goes on from after a pause.
struct ScanProgress {
  storage::Counts given;                 // calls, and failed ones of them
  storage::Cursor last;                  // the place of the last one
  std::optional<std::uint64_t> end_seq;  // calls that arrived later aren't part of the answer
  storage::Completeness completeness;
};

struct VerbContext {
  const Context& context;
  const ParsedRequest& request;
  Sink& sink;
  const storage::Budget& budget;
  ScanProgress& progress;
};

// A verb's closing line, or why there is no answer.
using Answer = Parsed<std::string>;

// "OK {…}", member by member.
class Summary {
 public:
  Summary() { json_.open_object(); }
  JsonWriter& json() { return json_; }
  // from, to and tz; null where the period has no end on that side.
  void period(const ParsedRequest& request, const Period& period);
  // complete, and what is missing. `everything`: all that is kept was asked for, so that dropped
  // calls aren't missing, unless nothing was `found`: then what was sought may be among them.
  void completeness(const storage::Completeness& completeness, bool everything, bool found);
  // How many lines were rejected within the period, if any: calls that are missing. Of the filters,
  // those by source apply; the others can't.
  Parsed<void> rejected(const VerbContext& verb, const Period& period);
  // How many calls are under `(other)` of what was asked about, where there are any.
  void past_cap(const storage::PastCap& past_cap) {
    if (past_cap.calls != 0) json_.key("values_past_cap").number(past_cap.calls);
  }
  // What the chart of an API shows instead of nothing.
  void no_data() { json_.key("note").text("No Data Available"); }
  // The same, and when the nearest call is that matches outside of the query's period.
  void no_data(const VerbContext& verb, const storage::CallQuery& query);
  std::string close() {
    json_.close_object();
    return std::move(line_);
  }

 private:
  std::string line_ = "OK ";
  JsonWriter json_{line_};
};

// The period that compare= takes, and how many local days earlier it is; 0: just before.
struct ComparedPeriod {
  Period period;
  int days = 0;
};
ComparedPeriod compared_period(const Shift& shift, const Period& period);
// Its members of `previous`: from, to, days_before and complete.
void write_compared(const ComparedPeriod& compared, const storage::Completeness& completeness,
                    const TimeZone& zone, JsonWriter& out);

// Runs a scan, from where the progress says, and gives a row for each call. `write` puts members
// into the row, an object; `make` makes all of it, in an empty text. What the calls add up to is in
// the progress. Ends with an error where the sink or the store does, and with a pause.
using RowWriter = std::function<void(const storage::CallRecord&, JsonWriter&)>;
Parsed<storage::ScanSummary> scan_to_sink(const VerbContext& verb, const storage::CallQuery& query,
                                          const RowWriter& write);
using RowMaker = std::function<void(storage::CallRecord&&, std::string& row)>;
Parsed<storage::ScanSummary> scan_rows(const VerbContext& verb, const storage::CallQuery& query,
                                       const RowMaker& make);

// The error that an answer pauses with.
bool is_pause(const RequestError& error);

// The calls that the request asks for.
storage::CallQuery call_query(const ParsedRequest& request);

// Gives one row to the sink; an error where nobody reads any more.
Parsed<void> give(const VerbContext& verb, std::string_view json);

// The request's period; where that is everything, one with edges, which counts need. With date=all
// it begins with the local day of the first call or count that the store has; of IDs, with that of
// the first call that matches.
Parsed<Period> counted_period(const VerbContext& verb);

}  // namespace fortnight::query
