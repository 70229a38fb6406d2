#include "storage/engine/flush.h"

#include <algorithm>
#include <memory>
#include <span>
#include <tuple>
#include <utility>

#include "storage/part/part.h"
#include "storage/rollup/rollup.h"

namespace fortnight::storage {
namespace {

struct Row {
  TimeNs ts;
  std::uint64_t seq;
  const Batch* batch;
  const Call* call;
  friend bool operator<(const Row& a, const Row& b) {
    return std::tie(a.ts, a.seq) < std::tie(b.ts, b.seq);
  }
};

std::vector<Row> sorted_rows(const HeadBatches& batches) {
  std::vector<Row> rows;
  for (const auto& head : batches) {
    for (const Call& call : head->batch.calls) {
      rows.push_back({call.ts, call.seq, &head->batch, &call});
    }
  }
  if (!std::is_sorted(rows.begin(), rows.end())) std::sort(rows.begin(), rows.end());
  return rows;
}

// The files of one flush, and the manifest that will name them.
class Flusher {
 public:
  Flusher(FileSystem& files, Catalog& catalog, const RejectCounts& counts,
          std::shared_ptr<PartMemory> memory, const EngineOptions& options)
      : files_(files),
        catalog_(catalog),
        counts_(counts),
        memory_(std::move(memory)),
        options_(options),
        next_(catalog.current()->manifest) {}

  Result<std::vector<Day>> run(const FrozenHead& head, TimeNs now) {
    next_.counters = head.counters;
    next_.counters.late = catalog_.current()->manifest.counters.late;
    if (auto written = write(head); !written) {
      for (const FileName& name : made_) catalog_.discard(name);
      return written.error();
    }
    next_.positions = head.positions;
    next_.covered_lsn = head.lsn;
    next_.next_seq = head.next_seq;
    next_.clock = now;
    FORTNIGHT_TRY(catalog_.publish(std::move(next_)));
    return days_;
  }

 private:
  Result<void> write(const FrozenHead& head) {
    const std::vector<Row> rows = sorted_rows(head.batches);
    for (auto first = rows.begin(); first != rows.end();) {
      const Day day = day_of(first->call->ts);
      const auto last = std::find_if(first, rows.end(),
                                     [&](const Row& row) { return day_of(row.call->ts) != day; });
      const std::span<const Row> of_day(first, last);
      days_.push_back(day);
      FORTNIGHT_TRY(next_.keeps(day) ? write_day(day, of_day) : write_late_day(day, of_day));
      first = last;
    }
    return write_rejects_files(head.rejects);
  }

  FileName make(FileKind kind, Day day) {
    made_.push_back(catalog_.new_file(kind, day));
    return made_.back();
  }

  Result<void> write_day(Day day, std::span<const Row> rows) {
    const FileName name = make(FileKind::part, day);
    const auto builder = RollupBuilder::create(day, rules(day, fresh_caps(options_.caps)));
    FORTNIGHT_ASSIGN(const auto writer, PartWriter::create(
                                            files_, name.path(), day, Effort::fast, memory_,
                                            [&](const KeyedCalls& calls) { builder->add(calls); },
                                            options_.executor.get()));
    for (const Row& row : rows) FORTNIGHT_TRY(writer->add(*row.batch, *row.call));
    FORTNIGHT_TRY(writer->close());
    for (const Row& row : rows) {
      if (is_error(row.call->status)) builder->add_code(*row.batch, *row.call);
    }
    FORTNIGHT_TRY(write_rollup(FileKind::rollup, day, *builder));
    FORTNIGHT_ASSIGN(const PartSummary summary, writer->finish());
    next_.parts.push_back({name, summary});
    return {};
  }

  Result<void> write_late_day(Day day, std::span<const Row> rows) {
    const auto builder =
        RollupBuilder::create(day, rules(day, without_unmatched_cap(options_.caps)));
    for (const Row& row : rows) builder->add(*row.batch, *row.call);
    next_.counters.late += rows.size();
    return write_rollup(FileKind::late_rollup, day, *builder);
  }

  [[nodiscard]] RollupRules rules(Day day, const KeyCaps& caps) const {
    return {caps, earlier_rollups(catalog_.current(), day), options_.error_codes};
  }

  Result<void> write_rollup(FileKind kind, Day day, const RollupBuilder& builder) {
    const FileName name = make(kind, day);
    FORTNIGHT_ASSIGN(const std::uint64_t bytes, builder.write(files_, name.path()));
    next_.rollups.push_back({name, builder.calls(), bytes});
    return {};
  }

  Result<void> write_rejects_files(const RejectBatches& batches) {
    for (std::size_t first = 0; first < batches.size();) {
      std::size_t bytes = 0;
      std::size_t end = first;
      do {
        for (const Reject& reject : batches[end]->rejects) bytes += bytes_of(reject);
        ++end;
      } while (end < batches.size() && bytes < kRejectsFileBytes);
      FORTNIGHT_TRY(write_rejects_file(std::span(batches).subspan(first, end - first)));
      first = end;
    }
    return {};
  }

  static std::size_t bytes_of(const Reject& reject) {
    return reject.source.size() + reject.reason.size() + reject.detail.size() + reject.bytes.size();
  }

  Result<void> write_rejects_file(std::span<const std::shared_ptr<const RejectBatch>> batches) {
    const FileName name = make(FileKind::rejects, 0);
    FORTNIGHT_ASSIGN(const WrittenRejects written,
                     write_rejects(files_, name.path(), batches, counts_));
    std::uint64_t rejects = 0;
    TimeNs newest = kMinTime;
    for (const auto& batch : batches) {
      rejects += batch->rejects.size();
      for (const Reject& reject : batch->rejects) newest = std::max(newest, reject.at);
    }
    next_.rejects.push_back({name.number, rejects, written.bytes, newest, written.checksum});
    return {};
  }

  FileSystem& files_;
  Catalog& catalog_;
  const RejectCounts& counts_;
  std::shared_ptr<PartMemory> memory_;
  const EngineOptions& options_;
  Manifest next_;
  std::vector<FileName> made_;
  std::vector<Day> days_;
};

}  // namespace

void add_to(FrozenHead& head, const Append& append, const Batch& calls, std::uint64_t lsn) {
  head.lsn = lsn;
  if (!calls.empty()) head.next_seq = std::max(head.next_seq, calls.calls.back().seq + 1);
  head.counters.calls += calls.calls.size();
  head.counters.skipped += append.skipped;
  if (!append.rejects.empty()) {
    head.rejects.push_back(
        std::make_shared<const RejectBatch>(RejectBatch{head.next_reject, append.rejects}));
    head.next_reject += append.rejects.size();
  }
  for (const Reject& reject : append.rejects) {
    ++head.counters.rejects[reject.reason];
    head.reject_counts.add(reject.at, reject.source, reject.reason);
  }
  for (const Position& position : append.positions) {
    if (position.value.empty()) {
      head.positions.erase(position.key);
    } else {
      head.positions[position.key] = position.value;
    }
  }
}

Result<std::vector<Day>> flush_head(FileSystem& files, Catalog& catalog, const FrozenHead& head,
                                    const RejectCounts& counts, TimeNs now,
                                    std::shared_ptr<PartMemory> memory,
                                    const EngineOptions& options) {
  return Flusher(files, catalog, counts, std::move(memory), options).run(head, now);
}

}  // namespace fortnight::storage
