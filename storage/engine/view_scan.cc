#include "storage/engine/view_scan.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "storage/engine/completeness.h"
#include "storage/engine/scan_source.h"

namespace fortnight::storage {
namespace {

constexpr std::uint64_t kLeastRunBytes = 64U << 10;
constexpr std::uint64_t kVisitedBetweenChecks = 1024;

bool overlaps(const PartSummary& part, const CallQuery& query) {
  return part.max_ts >= query.from && part.min_ts < query.to && part.max_seq >= query.first_seq &&
         part.min_seq < query.end_seq;
}

// Calls `visit(part)` for each live part that may have matches; returns the number of their days.
template <typename Visit>
std::uint64_t for_each_part(const Version& version, const CallQuery& query, Visit&& visit) {
  std::uint64_t days = 0;
  for (auto day = version.parts.lower_bound(day_of(query.from)); day != version.parts.end();
       ++day) {
    if (day->first > day_of(query.to)) break;
    bool any = false;
    for (const LivePart& part : day->second) {
      if (!part.reader || !overlaps(part.entry.summary, query)) continue;
      visit(part);
      any = true;
    }
    if (any) ++days;
  }
  return days;
}

KeepsDay keeps_of(const Version& version) {
  return [&version](Day day) { return version.manifest.keeps(day); };
}

// Sources ordered by their next match, the first of all on top.
class SourceHeap {
  [[nodiscard]] auto later() const {
    return [this](const auto& a, const auto& b) {
      return comes_first(order_, *b->next(), *a->next());
    };
  }

 public:
  explicit SourceHeap(Order order) : order_(order) {}

  void push(std::unique_ptr<ScanSource> source) {
    if (!source->next()) return;
    heap_.push_back(std::move(source));
    std::push_heap(heap_.begin(), heap_.end(), later());
  }
  std::unique_ptr<ScanSource> pop() {
    std::pop_heap(heap_.begin(), heap_.end(), later());
    std::unique_ptr<ScanSource> first = std::move(heap_.back());
    heap_.pop_back();
    return first;
  }
  [[nodiscard]] bool empty() const { return heap_.empty(); }
  [[nodiscard]] std::optional<Cursor> next() const {
    return heap_.empty() ? std::nullopt : heap_.front()->next();
  }

 private:
  Order order_;
  std::vector<std::unique_ptr<ScanSource>> heap_;
};

Result<SourceHeap> open_sources(const View& view, const CallQuery& query, const Budget& budget,
                                ScanSummary& summary) {
  std::vector<std::shared_ptr<const PartReader>> parts;
  summary.days = for_each_part(*view.version, query,
                               [&](const LivePart& part) { parts.push_back(part.reader); });
  const std::uint64_t run_bytes = std::max(budget.available() / (parts.size() + 1), kLeastRunBytes);
  SourceHeap sources(query.order);
  for (auto& part : parts) sources.push(part_source(std::move(part), query, budget, run_bytes));
  FORTNIGHT_ASSIGN(auto rows, match_head(view.head, query, keeps_of(*view.version), budget));
  sources.push(head_source(std::move(rows), query));
  return sources;
}

ScanSummary start_summary(const View& view, const CallQuery& query) {
  ScanSummary summary;
  summary.next_seq = view.next_seq;
  summary.completeness = completeness_of_calls(view, query.from, query.to);
  return summary;
}

}  // namespace

Result<void> scan_view(const View& view, const CallQuery& query, const Budget& budget,
                       const CallVisitor& visit, ScanSummary& summary) {
  summary = start_summary(view, query);
  FORTNIGHT_ASSIGN(SourceHeap sources, open_sources(view, query, budget, summary));
  std::uint64_t visited = 0;
  const CallVisitor emit = [&](CallRecord&& record) {
    if (visited == query.limit) {
      summary.more = true;
      return false;
    }
    ++visited;
    return visit(std::move(record));
  };
  const bool any_order = query.order == Order::any;
  while (!sources.empty()) {
    std::unique_ptr<ScanSource> first = sources.pop();
    if (first->ready()) {
      if (visited % kVisitedBetweenChecks == 0) FORTNIGHT_TRY(budget.check());
      if (!emit(first->take())) break;
    } else {
      bool ended = false;
      FORTNIGHT_ASSIGN(
          const bool passed,
          first->pass_through(any_order ? std::nullopt : sources.next(), emit, summary, ended));
      if (ended) break;
      if (!passed) FORTNIGHT_TRY(first->read(summary));
    }
    sources.push(std::move(first));
  }
  return {};
}

Result<ScanSummary> explain_view(const View& view, const CallQuery& query) {
  ScanSummary summary = start_summary(view, query);
  Result<void> outcome;
  summary.days = for_each_part(*view.version, query, [&](const LivePart& part) {
    if (!outcome) return;
    const std::uint64_t before = summary.blocks_read;
    const auto first = static_cast<std::ptrdiff_t>(summary.steps.size());
    outcome = part.reader->explain(query, summary);
    std::string step = part.entry.name.path() + ": ";
    for (auto of_part = summary.steps.begin() + first; of_part != summary.steps.end(); ++of_part) {
      step += *of_part + "; ";
    }
    step += std::to_string(summary.blocks_read - before) + " of " +
            std::to_string(part.reader->blocks()) + " blocks to read";
    summary.steps.erase(summary.steps.begin() + first, summary.steps.end());
    summary.steps.push_back(std::move(step));
  });
  if (!outcome) return outcome.error();
  std::uint64_t rows = 0;
  for (const auto& piece : view.head) {
    if (piece->max_ts >= query.from && piece->min_ts < query.to) rows += piece->batch.calls.size();
  }
  summary.steps.push_back("head: " + std::to_string(rows) + " calls in memory, each tested");
  return summary;
}

Result<std::optional<CallRecord>> fetch_from_view(const View& view, const Ref& ref,
                                                  const Budget& budget) {
  if (!view.version->manifest.keeps(ref.day)) return std::optional<CallRecord>();
  CallQuery whole;
  whole.with_line = true;
  ScalarReader no_scalars({});
  for (const auto& piece : view.head) {
    for (const Call& call : piece->batch.calls) {
      if (call.seq != ref.seq || day_of(call.ts) != ref.day) continue;
      return std::optional(to_record(piece->batch, call, whole, no_scalars));
    }
  }
  const auto day = view.version->parts.find(ref.day);
  if (day == view.version->parts.end()) return std::optional<CallRecord>();
  for (const LivePart& part : day->second) {
    const PartSummary& summary = part.entry.summary;
    if (!part.reader || ref.seq < summary.min_seq || ref.seq > summary.max_seq) continue;
    FORTNIGHT_ASSIGN(auto record, part.reader->fetch(ref, budget));
    if (record) return record;
  }
  return std::optional<CallRecord>();
}

}  // namespace fortnight::storage
