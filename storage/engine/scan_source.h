// What one part or the head adds to a scan: its matches in the query's order, a run at a time.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "storage/engine/head_query.h"
#include "storage/part/part.h"
#include "storage/store.h"

namespace fortnight::storage {

// Compares places in a query's order: whether `a` comes before `b`.
bool comes_first(Order order, const Cursor& a, const Cursor& b);

class ScanSource {
 public:
  ScanSource() = default;
  ScanSource(const ScanSource&) = delete;
  ScanSource& operator=(const ScanSource&) = delete;
  virtual ~ScanSource() = default;

  // Where its next match is, or, as long as ready() is false, a place that none of them comes
  // before. Nothing: there are no more.
  [[nodiscard]] virtual std::optional<Cursor> next() const = 0;
  // Whether the next match is at hand.
  [[nodiscard]] virtual bool ready() const = 0;
  // Reads on until ready() or the end.
  virtual Result<void> read(ScanSummary& summary) = 0;
  // Requires ready().
  virtual CallRecord take() = 0;
  // Requires !ready(). Visits all that is left, where none of it comes behind `before` (nothing: it
  // does in no case) and so nothing needs to be kept; false: it can't say so. Sets `ended` where
  // `visit` returned false.
  virtual Result<bool> pass_through(const std::optional<Cursor>& before, const CallVisitor& visit,
                                    ScanSummary& summary, bool& ended) = 0;
};

// `query` and `budget` must outlive the source.
std::unique_ptr<ScanSource> part_source(std::shared_ptr<const PartReader> part,
                                        const CallQuery& query, const Budget& budget,
                                        std::uint64_t max_bytes);
std::unique_ptr<ScanSource> head_source(std::vector<HeadRow> rows, const CallQuery& query);

}  // namespace fortnight::storage
