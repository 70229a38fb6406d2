#include <algorithm>
#include <numeric>
#include <optional>
#include <span>

#include "storage/packing/coded_numbers.h"
#include "storage/part/block_calls.h"
#include "storage/part/block_reader.h"
#include "storage/part/failure_counter.h"
#include "storage/part/file.h"
#include "storage/part/part.h"
#include "storage/part/plan.h"
#include "storage/part/pointer_places.h"
#include "storage/part/row_filter.h"

namespace fortnight::storage {
namespace {

// Adds the calls of a CountQuery to their groups and buckets. One per part.
class Counter {
 public:
  Counter(const CountQuery& query, CountAnswer& answer)
      : query_(query), groups_(answer.groups), codes_(query.by_code) {}

  // Adds `rows` of the block, ascending.
  Result<void> add(const BlockReader& block, const std::vector<std::uint32_t>& rows) {
    if (rows.empty()) return {};
    FORTNIGHT_ASSIGN(const std::span<const TimeNs> times, block.numbers(FieldColumn::ts));
    FORTNIGHT_ASSIGN(const std::span<const std::int64_t> statuses,
                     block.numbers(FieldColumn::status));
    const TextChunk* chunk = nullptr;
    if (query_.by_field) {
      chunk = block.text(column_of(*query_.by_field));
      if (chunk == nullptr) return block.damaged();
    }
    std::size_t bucket = bucket_of(times[rows.front()]);
    for (const std::uint32_t row : rows) {
      if (times[row] >= query_.edges[bucket + 1]) bucket = bucket_of(times[row]);
      Counts& counts = groups_.of(group(block, chunk, row, statuses[row]), bucket);
      ++counts.calls;
      if (is_error(static_cast<std::int32_t>(statuses[row]))) ++counts.errors;
    }
    return block.status();
  }

 private:
  // The block table guarantees the range of the times. In a forged part, others go to the first or
  // last bucket.
  [[nodiscard]] std::size_t bucket_of(TimeNs time) const {
    const auto edge = std::upper_bound(query_.edges.begin() + 1, query_.edges.end() - 1, time);
    return static_cast<std::size_t>(edge - query_.edges.begin()) - 1;
  }

  CountGroups::Group group(const BlockReader& block, const TextChunk* chunk, std::uint32_t row,
                           std::int64_t status) {
    if (query_.by_status) {
      return by_number_.find(status, [&] { return groups_.at(std::to_string(status)); });
    }
    if (!query_.by_code.empty()) return groups_.at(codes_.of(block, row));
    return by_number_.find(chunk == nullptr ? 0 : chunk->code(row), [&] {
      text_.clear();
      if (chunk != nullptr) chunk->append({row, 0, row}, block, text_);
      return groups_.at(text_);
    });
  }

  const CountQuery& query_;
  CountGroups& groups_;
  CodedNumbers by_number_;  // by status, or by the code of the field's value
  ErrorCodes codes_;
  std::string text_;
};

// Fields whose value a filter fixes (`account=acme`): their columns are not read for the matches.
class FieldsFixedByFilter {
 public:
  explicit FieldsFixedByFilter(const CallQuery& query) : query_(query) {
    for (const Predicate& predicate : query.predicates) {
      const auto field = static_cast<std::size_t>(predicate.field);
      const bool fixed = predicate.subject == Predicate::Subject::field && !predicate.negated &&
                         predicate.patterns.size() == 1 && predicate.patterns[0].exact();
      if (!fixed || !query_.fields[field]) continue;
      query_.fields.reset(field);
      fixed_.emplace_back(field, predicate.patterns[0].pieces[0]);
    }
  }

  Result<CallRecord> record(const BlockReader& block, std::uint32_t row) const {
    FORTNIGHT_ASSIGN(CallRecord record, read_record(block, row, query_));
    if (record.ts < query_.from || record.ts >= query_.to) {
      return corrupt("block with a time that its part's table doesn't have");
    }
    for (const auto& [field, text] : fixed_) record.text[field] = text;
    return record;
  }

 private:
  CallQuery query_;  // the caller's, without the fixed fields
  std::vector<std::pair<std::size_t, std::string>> fixed_;
};

class Reader final : public PartReader {
 public:
  explicit Reader(std::shared_ptr<const PartFile> part, ErasedRows erased = {})
      : part_(std::move(part)), erased_(std::move(erased)) {}

  const PartSummary& summary() const override { return part_->footer().summary; }
  std::uint32_t blocks() const override {
    return static_cast<std::uint32_t>(part_->blocks().size());
  }

  std::shared_ptr<const PartReader> without(ErasedRows rows) const override {
    return std::make_shared<Reader>(part_, std::move(rows));
  }
  const ErasedRows& erased() const override { return erased_; }

  TimeNs oldest_in(std::uint32_t block) const override { return part_->blocks()[block].min_ts; }

  Result<Batch> read_block(std::uint32_t block) const override {
    const BlockEntry& entry = part_->blocks()[block];
    if (!has_erased(entry)) return decode_calls(part_, block);
    FORTNIGHT_ASSIGN(const auto reader, BlockReader::open(part_, block));
    std::vector<std::uint32_t> rows(entry.rows);
    std::iota(rows.begin(), rows.end(), 0U);
    leave_out_erased(entry, rows);
    return decode_calls(*reader, rows);
  }

  Result<bool> scan(const CallQuery& query, const Budget& budget, const CallVisitor& visit,
                    ScanSummary& summary) const override {
    FORTNIGHT_ASSIGN(const PartPlan plan,
                     PartPlan::make(*part_, query.predicates, query.from, query.to));
    summary.blocks_considered += plan.blocks().size();
    RowFilter filter(plan.rest());
    const auto misses = misses_of(plan, query.predicates);
    const FieldsFixedByFilter fields(query);
    std::vector<PointerPlaces> pointers(query.pointers.begin(), query.pointers.end());
    std::vector<std::uint32_t> blocks = plan.blocks();
    const bool newest = query.order == Order::newest_first;
    if (newest) std::reverse(blocks.begin(), blocks.end());
    for (const std::uint32_t block : blocks) {
      if (misses && misses->has(block)) continue;
      if (behind(part_->blocks()[block], query)) continue;
      FORTNIGHT_TRY(budget.check());
      ++summary.blocks_read;
      summary.bytes_read += part_->blocks()[block].bytes;
      auto rows = matching(block, plan, filter, query);
      if (!rows) {
        if (!damaged(block, rows.error(), summary.completeness)) return rows.error();
        continue;
      }
      if (misses && rows->no_call) misses->add(block);
      FORTNIGHT_ASSIGN(const bool go_on,
                       deliver(*rows, query, fields, pointers, visit, summary.completeness));
      if (!go_on) return false;
    }
    return true;
  }

  Result<void> explain(const CallQuery& query, ScanSummary& summary) const override {
    FORTNIGHT_ASSIGN(const PartPlan plan,
                     PartPlan::make(*part_, query.predicates, query.from, query.to));
    summary.blocks_considered += blocks();
    summary.steps.insert(summary.steps.end(), plan.steps().begin(), plan.steps().end());
    for (const std::uint32_t block : plan.blocks()) {
      ++summary.blocks_read;
      summary.bytes_read += part_->blocks()[block].bytes;
    }
    return {};
  }

  Result<void> count(const CountQuery& query, const Budget& budget,
                     CountAnswer& answer) const override {
    Counter counter(query, answer);
    return each_matching(calls_of(query), budget, answer.completeness,
                         [&](const Matching& found) -> Result<void> {
                           FORTNIGHT_TRY(counter.add(*found.block, found.rows));
                           return budget.check_memory(answer.groups.bytes());
                         });
  }

  Result<void> match(const CallQuery& query, const Budget& budget, Completeness& completeness,
                     Roaring& rows) const override {
    return each_matching(query, budget, completeness, [&](const Matching& found) -> Result<void> {
      for (const std::uint32_t row : found.rows) rows.add(found.block->entry().first_row + row);
      return budget.check_memory(rows.getSizeInBytes());
    });
  }

  Result<void> failures(const FailureQuery& query, const Budget& budget,
                        FoundFailures& answer) const override {
    FailureCounter counter(query, budget, answer.failures);
    return each_matching(
        failed_calls(query), budget, answer.completeness,
        [&](const Matching& found) { return counter.add(*found.block, found.rows); });
  }

  Result<std::optional<CallRecord>> fetch(const Ref& ref, const Budget&) const override {
    for (std::uint32_t i = 0; i < blocks(); ++i) {
      const BlockEntry& entry = part_->blocks()[i];
      if (ref.seq < entry.min_seq || ref.seq > entry.max_seq) continue;
      FORTNIGHT_ASSIGN(const auto block, BlockReader::open(part_, i));
      CallQuery whole;
      whole.with_line = true;
      for (std::uint32_t row = 0; row < block->rows(); ++row) {
        if (static_cast<std::uint64_t>(block->number_field(FieldColumn::seq, row)) != ref.seq) {
          continue;
        }
        if (erased_ != nullptr && erased_->contains(entry.first_row + row)) continue;
        FORTNIGHT_ASSIGN(CallRecord record, read_record(*block, row, whole));
        return std::optional<CallRecord>(std::move(record));
      }
      FORTNIGHT_TRY(block->status());
    }
    return std::optional<CallRecord>();
  }

 private:
  struct Matching {
    std::unique_ptr<BlockReader> block;
    std::vector<std::uint32_t> rows;  // ascending
    bool no_call = false;  // no call of the block meets the predicates, whatever its time
  };

  [[nodiscard]] std::shared_ptr<const KnownMisses> misses_of(
      const PartPlan& plan, const std::vector<Predicate>& predicates) const {
    if (plan.blocks().empty() || !worth_remembering(plan.rest())) return nullptr;
    return part_->known_misses(cache_key(predicates));
  }

  // Counts damage, so that the query continues. Returns false for other errors, which end it.
  bool damaged(std::uint32_t block, const Error& error, Completeness& completeness) const {
    if (error.code != ErrorCode::corrupt && error.code != ErrorCode::io) return false;
    part_->note_unreadable(block, error);
    completeness.miss(part_->damage_number(block));
    return true;
  }

  // Calls `add` for the blocks with matching calls, newest first.
  template <typename Add>
  Result<void> each_matching(const CallQuery& query, const Budget& budget,
                             Completeness& completeness, Add&& add) const {
    FORTNIGHT_ASSIGN(const PartPlan plan,
                     PartPlan::make(*part_, query.predicates, query.from, query.to));
    RowFilter filter(plan.rest());
    const auto misses = misses_of(plan, query.predicates);
    for (std::size_t i = plan.blocks().size(); i-- > 0;) {
      const std::uint32_t block = plan.blocks()[i];
      if (misses && misses->has(block)) continue;
      FORTNIGHT_TRY(budget.check());
      auto found = matching(block, plan, filter, query);
      if (!found) {
        if (!damaged(block, found.error(), completeness)) return found.error();
        continue;
      }
      if (misses && found->no_call) misses->add(block);
      if (const auto added = add(*found); !added) {
        if (!damaged(block, added.error(), completeness)) return added.error();
      }
    }
    return {};
  }

  // Whether all of a block is outside the range of arrival, or comes before the cursor in the
  // query's order.
  static bool behind(const BlockEntry& block, const CallQuery& query) {
    if (block.max_seq < query.first_seq || block.min_seq >= query.end_seq) return true;
    if (!query.after) return false;
    return query.order == Order::newest_first ? block.min_ts > query.after->ts
                                              : block.max_ts < query.after->ts;
  }

  Result<Matching> matching(std::uint32_t index, const PartPlan& plan, RowFilter& filter,
                            const CallQuery& query) const {
    Matching found;
    FORTNIGHT_ASSIGN(found.block, BlockReader::open(part_, index));
    const BlockEntry& entry = part_->blocks()[index];
    found.rows = plan.rows_of(entry);
    leave_out_erased(entry, found.rows);
    const std::size_t considered = found.rows.size();
    FORTNIGHT_TRY(keep_asked_for(entry, *found.block, query, found.rows));
    const bool all = found.rows.size() == considered;
    FORTNIGHT_TRY(filter.apply(*found.block, found.rows));
    FORTNIGHT_TRY(found.block->status());
    found.no_call = all && found.rows.empty();
    return found;
  }

  [[nodiscard]] bool has_erased(const BlockEntry& entry) const {
    if (erased_ == nullptr) return false;
    auto row = erased_->begin();
    row.equalorlarger(entry.first_row);
    return row != erased_->end() && *row - entry.first_row < entry.rows;
  }

  // Removes erased rows from `rows`, which are relative to the block's first.
  void leave_out_erased(const BlockEntry& entry, std::vector<std::uint32_t>& rows) const {
    if (!has_erased(entry)) return;
    std::erase_if(rows,
                  [&](std::uint32_t row) { return erased_->contains(entry.first_row + row); });
  }

  // Removes from `rows` the calls outside the query's times and arrivals, or before the cursor.
  static Result<void> keep_asked_for(const BlockEntry& entry, const BlockReader& block,
                                     const CallQuery& query, std::vector<std::uint32_t>& rows) {
    const bool newest = query.order == Order::newest_first;
    const bool all_arrivals = entry.min_seq >= query.first_seq && entry.max_seq < query.end_seq;
    const bool all_times = entry.min_ts >= query.from && entry.max_ts < query.to;
    if (all_arrivals && all_times && !query.after) return {};
    FORTNIGHT_ASSIGN(const std::span<const TimeNs> times, block.numbers(FieldColumn::ts));
    std::erase_if(rows, [&](std::uint32_t row) {
      const TimeNs ts = times[row];
      if (ts < query.from || ts >= query.to) return true;
      const bool tie = query.after && ts == query.after->ts;
      const bool before = query.after && (newest ? ts > query.after->ts : ts < query.after->ts);
      if (before) return true;
      if (!tie && all_arrivals) return false;
      const auto seq = static_cast<std::uint64_t>(block.number_field(FieldColumn::seq, row));
      if (seq < query.first_seq || seq >= query.end_seq) return true;
      return tie && (newest ? seq >= query.after->seq : seq <= query.after->seq);
    });
    return {};
  }

  Result<bool> deliver(Matching& found, const CallQuery& query, const FieldsFixedByFilter& fields,
                       std::vector<PointerPlaces>& pointers, const CallVisitor& visit,
                       Completeness& completeness) const {
    if (query.order == Order::newest_first) std::reverse(found.rows.begin(), found.rows.end());
    for (const std::uint32_t row : found.rows) {
      auto record = fields.record(*found.block, row);
      if (!record) {
        if (!damaged(found.block->number(), record.error(), completeness)) return record.error();
        return true;  // the block's error is sticky, so its other rows fail too
      }
      for (PointerPlaces& pointer : pointers) {
        record->scalars.push_back(pointer.text(*found.block, row));
      }
      if (auto read = found.block->status(); !read) {
        if (!damaged(found.block->number(), read.error(), completeness)) return read.error();
        return true;
      }
      if (!visit(std::move(*record))) return false;
    }
    return true;
  }

  std::shared_ptr<const PartFile> part_;
  ErasedRows erased_;
};

}  // namespace

Result<std::shared_ptr<const PartReader>> PartReader::open(FileSystem& files,
                                                           const std::string& path,
                                                           std::shared_ptr<BlockCache> cache) {
  FORTNIGHT_ASSIGN(auto part, PartFile::open(files, path, std::move(cache)));
  return std::shared_ptr<const PartReader>(std::make_shared<Reader>(std::move(part)));
}

}  // namespace fortnight::storage
