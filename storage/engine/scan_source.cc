#include "storage/engine/scan_source.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "base/require.h"

namespace fortnight::storage {
namespace {

// The first run is small, for a page; later runs grow, for an export.
constexpr std::size_t kFirstRun = 64;
constexpr std::size_t kLargestRun = 4096;

Cursor place_of(const CallRecord& record) { return {record.ts, record.ref.seq}; }

std::size_t memory_of(const CallRecord& record) {
  std::size_t bytes = sizeof(CallRecord) + record.line.capacity();
  for (const std::string& scalar : record.scalars) {
    bytes += sizeof(std::string) + scalar.capacity();
  }
  for (const std::string& text : record.text) bytes += text.capacity();
  for (const auto& [kind, value] : record.ids) bytes += kind.capacity() + value.capacity() + 64;
  return bytes;
}

class PartSource final : public ScanSource {
 public:
  PartSource(std::shared_ptr<const PartReader> part, const CallQuery& query, const Budget& budget,
             std::uint64_t max_bytes)
      : part_(std::move(part)),
        query_(query),
        budget_(budget),
        max_bytes_(max_bytes),
        run_(std::min<std::uint64_t>(kFirstRun, query.limit + 1)) {
    const PartSummary& summary = part_->summary();
    const Cursor newest{std::min(summary.max_ts, query.to), summary.max_seq};
    const Cursor oldest{std::max(summary.min_ts, query.from), summary.min_seq};
    const bool newest_first = query.order == Order::newest_first;
    bound_ = newest_first ? newest : oldest;
    last_ = newest_first ? oldest : newest;
  }

  [[nodiscard]] std::optional<Cursor> next() const override {
    if (!records_.empty()) return place_of(records_.front());
    if (ended_) return std::nullopt;
    return bound_;
  }
  [[nodiscard]] bool ready() const override { return !records_.empty(); }

  Result<void> read(ScanSummary& summary) override {
    std::size_t bytes = 0;
    const auto keep = [&](CallRecord&& record) {
      bytes += memory_of(record);
      records_.push_back(std::move(record));
      return records_.size() < run_ && bytes < max_bytes_;
    };
    FORTNIGHT_ASSIGN(const bool all, part_->scan(query_, budget_, keep, summary));
    ended_ = all;
    if (!records_.empty()) {
      bound_ = place_of(records_.back());
      query_.after = bound_;
    }
    run_ = std::min(2 * run_, kLargestRun);
    return {};
  }

  CallRecord take() override {
    FORTNIGHT_REQUIRE(ready());
    CallRecord record = std::move(records_.front());
    records_.pop_front();
    return record;
  }

  Result<bool> pass_through(const std::optional<Cursor>& before, const CallVisitor& visit,
                            ScanSummary& summary, bool& ended) override {
    FORTNIGHT_REQUIRE(!ready());
    if (before && !comes_first(query_.order, last_, *before)) return false;
    FORTNIGHT_ASSIGN(const bool all, part_->scan(query_, budget_, visit, summary));
    ended = !all;
    ended_ = true;
    return true;
  }

 private:
  std::shared_ptr<const PartReader> part_;
  CallQuery query_;  // its `after` advances with each run
  const Budget& budget_;
  std::uint64_t max_bytes_;
  std::size_t run_;  // records to read next
  Cursor bound_;     // no unread match comes before it
  Cursor last_;      // and none comes after this
  bool ended_ = false;
  std::deque<CallRecord> records_;
};

class HeadSource final : public ScanSource {
 public:
  HeadSource(std::vector<HeadRow> rows, const CallQuery& query)
      : rows_(std::move(rows)), query_(query), scalars_(query.pointers) {}

  [[nodiscard]] std::optional<Cursor> next() const override {
    if (row_ == rows_.size()) return std::nullopt;
    return Cursor{rows_[row_].call->ts, rows_[row_].call->seq};
  }
  [[nodiscard]] bool ready() const override { return row_ < rows_.size(); }
  Result<void> read(ScanSummary&) override { return {}; }
  CallRecord take() override {
    FORTNIGHT_REQUIRE(ready());
    const HeadRow& row = rows_[row_++];
    return to_record(*row.batch, *row.call, query_, scalars_);
  }
  Result<bool> pass_through(const std::optional<Cursor>&, const CallVisitor&, ScanSummary&,
                            bool&) override {
    return false;
  }

 private:
  std::vector<HeadRow> rows_;
  const CallQuery& query_;
  ScalarReader scalars_;
  std::size_t row_ = 0;
};

}  // namespace

bool comes_first(Order order, const Cursor& a, const Cursor& b) {
  const auto x = std::tie(a.ts, a.seq);
  const auto y = std::tie(b.ts, b.seq);
  return order == Order::newest_first ? x > y : x < y;
}

std::unique_ptr<ScanSource> part_source(std::shared_ptr<const PartReader> part,
                                        const CallQuery& query, const Budget& budget,
                                        std::uint64_t max_bytes) {
  return std::make_unique<PartSource>(std::move(part), query, budget, max_bytes);
}

std::unique_ptr<ScanSource> head_source(std::vector<HeadRow> rows, const CallQuery& query) {
  return std::make_unique<HeadSource>(std::move(rows), query);
}

}  // namespace fortnight::storage
