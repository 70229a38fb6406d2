#include "storage/store.h"

#include <thread>

namespace fortnight::storage {

void Store::wait_for_room(std::chrono::milliseconds at_most) {
  std::this_thread::sleep_for(at_most);
}

CallQuery calls_of(const CountQuery& query) {
  CallQuery calls;
  calls.from = query.edges.front();
  calls.to = query.edges.back();
  calls.predicates = query.predicates;
  return calls;
}

Result<ScanSummary> Store::explain_count(const CountQuery& query) const {
  return explain(calls_of(query));
}

Result<LatencyAnswer> Store::latency(const LatencyQuery&, TimeNs, const Budget&) const {
  return Error{ErrorCode::unsupported, "this store keeps no sketches of durations"};
}

}  // namespace fortnight::storage
