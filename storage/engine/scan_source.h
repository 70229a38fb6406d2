// The contribution of one part or of the head to a scan: its matches in the query's order, in runs.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "storage/engine/head_query.h"
#include "storage/part/part.h"
#include "storage/query.h"

namespace fortnight::storage {

// Whether `a` comes before `b` in a query's order.
bool comes_first(Order order, const Cursor& a, const Cursor& b);

class ScanSource {
 public:
  ScanSource() = default;
  ScanSource(const ScanSource&) = delete;
  ScanSource& operator=(const ScanSource&) = delete;
  virtual ~ScanSource() = default;

  // The position of its next match; while ready() is false, a position that no match precedes.
  // Nothing at the end.
  [[nodiscard]] virtual std::optional<Cursor> next() const = 0;
  // Whether the next match is loaded.
  [[nodiscard]] virtual bool ready() const = 0;
  // Reads until ready() or the end.
  virtual Result<void> read(ScanSummary& summary) = 0;
  // Requires ready().
  virtual CallRecord take() = 0;
  // Requires !ready(). If all remaining matches come before `before` (nothing: no limit), visits
  // them without keeping them; returns false if that isn't certain. Sets `ended` if `visit`
  // returned false.
  virtual Result<bool> pass_through(const std::optional<Cursor>& before, const CallVisitor& visit,
                                    ScanSummary& summary, bool& ended) = 0;
};

// `query` and `budget` must outlive the source.
std::unique_ptr<ScanSource> part_source(std::shared_ptr<const PartReader> part,
                                        const CallQuery& query, const Budget& budget,
                                        std::uint64_t max_bytes);
std::unique_ptr<ScanSource> head_source(std::vector<HeadRow> rows, const CallQuery& query);

}  // namespace fortnight::storage
