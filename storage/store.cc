#include "storage/store.h"

#include <algorithm>
#include <thread>

#include "storage/failures.h"

namespace fortnight::storage {

void StoreWriter::wait_for_room(std::chrono::milliseconds at_most) {
  std::this_thread::sleep_for(at_most);
}

bool RejectFilter::passes(std::string_view source, std::string_view reason) const {
  const auto all = [](const std::vector<TextTest>& tests, std::string_view text) {
    return std::all_of(tests.begin(), tests.end(),
                       [&](const TextTest& test) { return test.passes(text); });
  };
  return all(sources, source) && all(reasons, reason);
}

Result<ScanSummary> StoreReader::scan(const CallQuery& query, const Budget& budget,
                                      const CallVisitor& visit) const {
  ScanSummary summary;
  FORTNIGHT_TRY(scan_into(query, budget, visit, summary));
  return summary;
}

Result<RejectPage> StoreReader::rejects(const RejectQuery&, const Budget&) const {
  return Error{ErrorCode::unsupported, "this store keeps no rejected lines"};
}

Result<std::uint64_t> StoreReader::count_rejects(const RejectFilter&) const {
  return std::uint64_t{0};
}

CallQuery calls_of(const CountQuery& query) {
  CallQuery calls;
  calls.from = query.edges.front();
  calls.to = query.edges.back();
  calls.predicates = query.predicates;
  return calls;
}

CallQuery timed_calls(const LatencyQuery& query) {
  CallQuery calls;
  calls.from = query.edges.front();
  calls.to = query.edges.back();
  calls.predicates = query.predicates;
  calls.order = Order::any;
  calls.limit = std::numeric_limits<std::uint64_t>::max();
  calls.with_ids = false;
  calls.fields.reset();
  return calls;
}

Predicate failed_call() {
  Predicate failed;
  failed.subject = Predicate::Subject::status;
  failed.bounds = {{Comparison::greater_equal, kFirstError}};
  return failed;
}

CallQuery failed_calls(const FailureQuery& query) {
  CallQuery calls;
  calls.from = query.from;
  calls.to = query.to;
  calls.predicates = query.predicates;
  calls.predicates.push_back(failed_call());
  calls.order = Order::any;
  calls.limit = std::numeric_limits<std::uint64_t>::max();
  calls.with_ids = false;
  calls.fields.reset();
  for (const TextField field : {TextField::account, TextField::endpoint, TextField::call_id}) {
    calls.fields.set(static_cast<std::size_t>(field));
  }
  calls.pointers = query.codes;
  return calls;
}

std::size_t FailureAnswer::bytes() const {
  std::size_t bytes = groups.capacity() * sizeof(FailureGroup);
  for (const FailureGroup& group : groups) {
    bytes += group.endpoint.size() + group.code.size() + group.call_id.size();
  }
  return bytes;
}

Result<FailureAnswer> StoreReader::failures(const FailureQuery& query, const Budget& budget) const {
  FoundFailures found;
  Result<void> fits;
  const auto add = [&](CallRecord&& call) {
    found.failures.add(call);
    fits = budget.check_memory(found.failures.bytes());
    return fits.has_value();
  };
  FORTNIGHT_ASSIGN(const ScanSummary summary, scan(failed_calls(query), budget, add));
  FORTNIGHT_TRY(fits);
  found.completeness = summary.completeness;
  FailureAnswer answer = answer_of(std::move(found));
  if (!query.first_ever) return answer;
  const auto held = budget.reserve(answer.bytes());
  FORTNIGHT_ASSIGN(const FailureAnswer all,
                   StoreReader::failures({.predicates = {}, .codes = query.codes}, budget));
  note_first_ever(all.groups, answer.groups);
  return answer;
}

Result<bool> StoreReader::read_newest(FailureGroup& group, const Budget& budget) const {
  const FailureSighting& last = group.last;
  if (last.ref.seq == 0) return false;
  if (!group.call_id_unknown) return true;
  CallQuery query;
  query.from = last.ts;
  query.to = last.ts + 1;
  query.first_seq = last.ref.seq;
  query.end_seq = last.ref.seq + 1;
  query.limit = 1;
  query.with_ids = false;
  query.fields.reset();
  query.fields.set(static_cast<std::size_t>(TextField::call_id));
  bool kept = false;
  FORTNIGHT_TRY(scan(query, budget, [&](CallRecord&& call) {
    group.call_id = call.field(TextField::call_id);
    kept = true;
    return false;
  }));
  group.call_id_unknown = false;
  return kept;
}

Result<ScanSummary> StoreReader::explain_count(const CountQuery& query) const {
  return explain(calls_of(query));
}

Result<LatencyAnswer> StoreReader::latency(const LatencyQuery& query, TimeNs,
                                           const Budget& budget) const {
  LatencyAnswer answer;
  answer.sketches.resize(query.edges.size() - 1);
  answer.basis = Basis::calls;
  std::size_t bytes = answer.sketches.size() * sizeof(LatencySketch);
  Result<void> fits = budget.check_memory(bytes);
  FORTNIGHT_TRY(fits);
  const auto add = [&](CallRecord&& call) {
    if (call.duration_ns == kNoDuration) return true;
    const auto above = std::upper_bound(query.edges.begin(), query.edges.end(), call.ts);
    LatencySketch& sketch =
        answer.sketches[static_cast<std::size_t>(above - query.edges.begin()) - 1];
    bytes -= sketch.memory();
    sketch.add(call.duration_ns);
    bytes += sketch.memory();
    fits = budget.check_memory(bytes);
    return fits.has_value();
  };
  FORTNIGHT_ASSIGN(const ScanSummary summary, scan(timed_calls(query), budget, add));
  FORTNIGHT_TRY(fits);
  answer.completeness = summary.completeness;
  return answer;
}

}  // namespace fortnight::storage
