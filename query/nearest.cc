#include "query/nearest.h"

#include <chrono>

namespace fortnight::query {

namespace {

using storage::CallRecord;
using storage::TimeNs;

// What the search may take on top of an answer that is ready.
constexpr std::chrono::milliseconds kPatience{200};

std::optional<CallRecord> first_call(const Asking& asking, const storage::Budget& budget,
                                     storage::CallQuery query) {
  if (query.from >= query.to) return std::nullopt;
  query.after.reset();
  query.limit = 1;
  query.with_line = false;
  query.with_ids = false;
  query.fields.reset();
  query.pointers.clear();
  std::optional<CallRecord> found;
  // An error leaves nothing found.
  (void)asking.context.store->scan(query, budget, [&](CallRecord&& call) {
    found = std::move(call);
    return true;
  });
  return found;
}

}  // namespace

std::optional<CallRecord> nearest_call(const Asking& asking, const storage::CallQuery& query) {
  using Clock = std::chrono::steady_clock;
  storage::Budget budget = asking.budget;
  const Clock::time_point end = Clock::now() + kPatience;
  budget.stop = [&asking, end]() -> std::optional<storage::Error> {
    if (Clock::now() >= end) return storage::Error{storage::ErrorCode::limit, "took too long"};
    std::optional<storage::Error> stop;
    if (asking.budget.stop) stop = asking.budget.stop();
    // The search is too short to be worth a pause, after which it would begin anew.
    if (stop && stop->code == storage::ErrorCode::locked) return std::nullopt;
    return stop;
  };
  storage::CallQuery outside = query;
  outside.from = storage::kMinTime;
  outside.to = query.from;
  outside.order = storage::Order::newest_first;
  std::optional<CallRecord> before = first_call(asking, budget, outside);
  outside.from = query.to;
  outside.to = storage::kMaxTime;
  outside.order = storage::Order::oldest_first;
  std::optional<CallRecord> after = first_call(asking, budget, outside);
  if (!before || !after) return before ? before : after;
  return query.from - before->ts <= after->ts - query.to ? before : after;
}

}  // namespace fortnight::query
