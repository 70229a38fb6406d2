#include "query/answer.h"

#include <algorithm>

#include "query/disclosure.h"
#include "query/nearest.h"

namespace fortnight::query {

namespace {

using storage::CallRecord;

// The end of a period is exclusive. A period that ends now includes rejects of this very instant.
TimeNs until(TimeNs to, TimeNs now) { return to == now ? now + 1 : to; }
// Maximum calls of one scan: the head reserves a place for each of them.
constexpr std::uint64_t kMostASlice = 65'536;

RequestError gone() { return {"cancelled", "the client no longer reads the answer"}; }
RequestError pause() { return store_error({ErrorCode::locked, "the answer continues later"}); }

// Returns the rest of the query, limited to one slice.
storage::CallQuery slice_of(const storage::CallQuery& query, const ScanProgress& progress) {
  storage::CallQuery slice = query;
  slice.limit = std::min(query.limit - progress.given.calls, kMostASlice);
  if (progress.end_seq) slice.end_seq = std::min(query.end_seq, *progress.end_seq);
  if (progress.given.calls == 0) return slice;
  slice.after = progress.last;
  if (query.order == storage::Order::newest_first) {
    slice.to = std::min(query.to, progress.last.ts + 1);
  } else {
    slice.from = std::max(query.from, progress.last.ts);
  }
  return slice;
}

// Only the first scan covers the whole period, so it alone knows from when on calls are kept.
void note(const storage::ScanSummary& summary, ScanProgress& progress) {
  const bool first = !progress.end_seq;
  if (first) progress.end_seq = summary.next_seq;
  const auto retained_from =
      first ? summary.completeness.retained_from : progress.completeness.retained_from;
  progress.completeness += summary.completeness;
  progress.completeness.retained_from = retained_from;
}

}  // namespace

void Summary::period(const ParsedRequest& request, const Period& period) {
  const auto edge = [&](std::string_view name, TimeNs time, TimeNs open) {
    json_.key(name);
    if (time == open) {
      json_.null();
    } else {
      json_.text(request.zone.format(time));
    }
  };
  edge("from", period.from, kMinTime);
  edge("to", period.to, kMaxTime);
  json_.key("tz").text(request.zone.name());
}

void Summary::completeness(const storage::Completeness& completeness, bool everything, bool found) {
  const bool misses_dropped = !everything || !found;
  const bool complete = misses_dropped ? completeness.complete
                                       : completeness.damaged() == 0 && completeness.untested == 0;
  json_.key("complete").boolean(complete);
  if (completeness.damaged() != 0) json_.key("damaged").number(completeness.damaged());
  if (misses_dropped && completeness.retained_from) {
    json_.key("retained_from").text(TimeZone::utc().format(*completeness.retained_from));
  }
}

Parsed<void> Summary::rejected(const VerbContext& verb, const Period& period) {
  storage::RejectFilter filter{period.from, until(period.to, verb.request.now), {}, {}};
  for (const storage::Predicate& predicate : verb.request.predicates) {
    if (predicate.subject == storage::Predicate::Subject::field &&
        predicate.field == storage::TextField::source) {
      filter.sources.push_back({predicate.patterns, predicate.negated});
    }
  }
  const auto count = verb.request.store->count_rejects(filter);
  if (!count) return store_error(count.error());
  if (*count != 0) json_.key("rejected").number(*count);
  return {};
}

void Summary::no_data(const VerbContext& verb, const storage::CallQuery& query) {
  no_data();
  const std::optional<CallRecord> nearest = nearest_call(verb, query);
  if (!nearest) return;
  json_.key("nearest").open_object().key("ts");
  write_time(nearest->ts, nearest->ts_digits, json_);
  json_.key("ref").text(nearest->ref.to_string()).close_object();
}

ComparedPeriod compared_period(const Shift& shift, const Period& period) {
  const TimeNs from = shift.back(period.from);
  // Where clocks change, the period may have no counterpart in the other one; it is then empty.
  return {{from, std::max(shift.back(period.to), from)}, shift.days()};
}

void write_compared(const ComparedPeriod& compared, const storage::Completeness& completeness,
                    const TimeZone& zone, JsonWriter& out) {
  out.key("from").text(zone.format(compared.period.from));
  out.key("to").text(zone.format(compared.period.to));
  if (compared.days != 0) {
    out.key("days_before").number(static_cast<std::uint64_t>(compared.days));
  }
  out.key("complete").boolean(completeness.complete);
}

std::string_view name_of(storage::Basis basis) {
  return basis == storage::Basis::calls ? "calls" : "rollups";
}

storage::CallQuery call_query(const ParsedRequest& request) {
  storage::CallQuery query;
  query.from = request.period.from;
  query.to = request.period.to;
  query.predicates = request.predicates;
  return query;
}

Parsed<void> give(const VerbContext& verb, std::string_view json) {
  if (!verb.sink.row(json)) return gone();
  return {};
}

bool is_pause(const RequestError& error) { return error.cause == ErrorCode::locked; }

void disclose(const ParsedRequest& request, const storage::Ref& call) {
  if (request.disclosure != nullptr) request.disclosure->add(call);
}

Parsed<storage::ScanSummary> scan_rows(const VerbContext& verb, const storage::CallQuery& query,
                                       const RowMaker& make) {
  ScanProgress& progress = verb.progress;
  std::string row;
  while (true) {
    enum { going, full, left } reader = going;
    const auto visit = [&](CallRecord&& call) {
      const storage::Cursor place{call.ts, call.ref.seq};
      const storage::Counts one{1, storage::is_error(call.status) ? 1U : 0U};
      const storage::Ref ref = call.ref;
      row.clear();
      make(std::move(call), row);
      if (!verb.sink.has_room(row.size())) {
        reader = full;
        return false;
      }
      if (query.with_line) disclose(verb.request, ref);
      if (!verb.sink.row(row)) {
        reader = left;
        return false;
      }
      progress.given += one;
      progress.last = place;
      return true;
    };
    storage::ScanSummary summary;
    const auto scanned =
        verb.request.store->scan_into(slice_of(query, progress), verb.budget, visit, summary);
    if (reader == left) return gone();
    // Also of a scan that pauses: what is damaged ahead of the calls given is not met again.
    note(summary, progress);
    if (!scanned) return store_error(scanned.error());
    if (reader == full) return pause();
    // A scan ends early where its slice is full; the next slice continues.
    if (summary.more && progress.given.calls < query.limit) continue;
    summary.completeness = progress.completeness;
    return summary;
  }
}

Parsed<storage::ScanSummary> scan_to_sink(const VerbContext& verb, const storage::CallQuery& query,
                                          const RowWriter& write) {
  return scan_rows(verb, query, [&](const CallRecord& call, std::string& row) {
    JsonWriter json(row);
    json.open_object();
    write(call, json);
    json.close_object();
  });
}

Parsed<Period> counted_period(const VerbContext& verb) {
  const ParsedRequest& request = verb.request;
  if (!request.period.everything()) return request.period;
  Period period{request.zone.day_start(request.now), request.now};
  if (request.dated) {
    const auto extent = verb.request.store->extent();
    if (!extent) return period;
    return Period{std::min(period.from, request.zone.day_start(extent->from)),
                  std::max(period.to, extent->to)};
  }
  storage::CallQuery query = call_query(request);
  query.limit = 1;
  for (const storage::Order order : {storage::Order::oldest_first, storage::Order::newest_first}) {
    query.order = order;
    const auto found = verb.request.store->scan(query, verb.budget, [&](CallRecord&& call) {
      period.from = std::min(period.from, request.zone.day_start(call.ts));
      period.to = std::max(period.to, call.ts + 1);
      return true;
    });
    if (!found) return store_error(found.error());
  }
  period.to = std::max(period.to, period.from + 1);
  return period;
}

}  // namespace fortnight::query
