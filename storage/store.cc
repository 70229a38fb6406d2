#include "storage/store.h"

#include <algorithm>
#include <thread>

namespace fortnight::storage {

void Store::wait_for_room(std::chrono::milliseconds at_most) {
  std::this_thread::sleep_for(at_most);
}

bool RejectFilter::passes(std::string_view source, std::string_view reason) const {
  const auto all = [](const std::vector<TextTest>& tests, std::string_view text) {
    return std::all_of(tests.begin(), tests.end(),
                       [&](const TextTest& test) { return test.passes(text); });
  };
  return all(sources, source) && all(reasons, reason);
}

Result<ScanSummary> Store::scan(const CallQuery& query, const Budget& budget,
                                const CallVisitor& visit) const {
  ScanSummary summary;
  FORTNIGHT_TRY(scan_into(query, budget, visit, summary));
  return summary;
}

Result<RejectPage> Store::rejects(const RejectQuery&, const Budget&) const {
  return Error{ErrorCode::unsupported, "this store keeps no rejected lines"};
}

Result<std::uint64_t> Store::count_rejects(const RejectFilter&) const { return std::uint64_t{0}; }

CallQuery calls_of(const CountQuery& query) {
  CallQuery calls;
  calls.from = query.edges.front();
  calls.to = query.edges.back();
  calls.predicates = query.predicates;
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

CallVisitor failure_collector(Failures& failures, const Budget& budget, Result<void>& fits) {
  return [&](CallRecord&& call) {
    failures.add(call);
    fits = budget.check_memory(failures.bytes());
    return fits.has_value();
  };
}

Result<FailureAnswer> Store::failures(const FailureQuery& query, const Budget& budget) const {
  FailureAnswer answer;
  Result<void> fits;
  const CallVisitor add = failure_collector(answer.failures, budget, fits);
  FORTNIGHT_ASSIGN(const ScanSummary summary, scan(failed_calls(query), budget, add));
  FORTNIGHT_TRY(fits);
  answer.completeness = summary.completeness;
  return answer;
}

Result<ScanSummary> Store::explain_count(const CountQuery& query) const {
  return explain(calls_of(query));
}

Result<LatencyAnswer> Store::latency(const LatencyQuery&, TimeNs, const Budget&) const {
  return Error{ErrorCode::unsupported, "this store keeps no sketches of durations"};
}

}  // namespace fortnight::storage
