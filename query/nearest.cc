#include "query/nearest.h"

#include <chrono>

namespace fortnight::query {

namespace {

using storage::CallRecord;

// Maximum time of the search, which runs when the answer is otherwise ready.
constexpr std::chrono::milliseconds kPatience{200};

std::optional<CallRecord> first_call(const VerbContext& verb, const storage::Budget& budget,
                                     storage::CallQuery query) {
  if (query.from >= query.to) return std::nullopt;
  query.after.reset();
  query.limit = 1;
  query.with_line = false;
  query.with_ids = false;
  query.fields.reset();
  query.pointers.clear();
  std::optional<CallRecord> found;
  // If the scan fails, no call is found; the hint is then left out.
  (void)verb.request.store->scan(query, budget, [&](CallRecord&& call) {
    found = std::move(call);
    return true;
  });
  return found;
}

}  // namespace

std::optional<CallRecord> nearest_call(const VerbContext& verb, const storage::CallQuery& query) {
  using Clock = std::chrono::steady_clock;
  const Clock::time_point end = Clock::now() + kPatience;
  const storage::Budget budget(verb.budget.available(), [&verb, end]() -> Result<void> {
    if (Clock::now() >= end) return Error{ErrorCode::limit, "took too long"};
    Result<void> checked = verb.budget.check();
    // The search is too short for a pause, after which it would start again.
    if (!checked && checked.error().code == ErrorCode::locked) return {};
    return checked;
  });
  storage::CallQuery outside = query;
  outside.from = kMinTime;
  outside.to = query.from;
  outside.order = storage::Order::newest_first;
  std::optional<CallRecord> before = first_call(verb, budget, outside);
  outside.from = query.to;
  outside.to = kMaxTime;
  outside.order = storage::Order::oldest_first;
  std::optional<CallRecord> after = first_call(verb, budget, outside);
  if (!before || !after) return before ? before : after;
  return query.from - before->ts <= after->ts - query.to ? before : after;
}

}  // namespace fortnight::query
