// Queries over the head. They test every call of the batches that overlap the query's time.
#pragma once

#include <functional>
#include <vector>

#include "storage/call/scalar_reader.h"
#include "storage/engine/head.h"
#include "storage/failures.h"
#include "storage/query.h"

namespace fortnight::storage {

// Whether a day's calls are kept. Calls of other days are only counted.
using KeepsDay = std::function<bool(Day)>;

// A call of the head. Valid while the batches exist.
struct HeadRow {
  const Batch* batch = nullptr;
  const Call* call = nullptr;
};

// The first `query.limit` matches, and one more if there is one, in the query's order.
Result<std::vector<HeadRow>> match_head(const HeadBatches& head, const CallQuery& query,
                                        const KeepsDay& keeps, const Budget& budget);

// Adds the matches to `kept`, and those of dropped days to `late` (null: ignored).
Result<void> count_head(const HeadBatches& head, const CountQuery& query, const KeepsDay& keeps,
                        const Budget& budget, CountAnswer& kept, CountAnswer* late);

// Adds the failed calls that match.
Result<void> add_failures_of_head(const HeadBatches& head, const FailureQuery& query,
                                  const KeepsDay& keeps, const Budget& budget, Failures& failures);

// Returns what `wanted` asks for of the call; `scalars` reads its pointers.
CallRecord to_record(const Batch& batch, const Call& call, const CallQuery& wanted,
                     ScalarReader& scalars);

}  // namespace fortnight::storage
