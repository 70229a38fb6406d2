#include "storage/engine/view_rejects.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "storage/engine/completeness.h"
#include "storage/engine/identity.h"

namespace fortnight::storage {
namespace {

std::size_t bytes_of(const Reject& reject) {
  return sizeof(NumberedReject) + reject.source.size() + reject.reason.size() +
         reject.detail.size() + reject.bytes.size();
}

bool is_newer(const NumberedReject& a, const NumberedReject& b) {
  return a.reject.at != b.reject.at ? a.reject.at > b.reject.at : a.number > b.number;
}

// The newest rejects that pass the filter, one more than the page shows.
class Page {
 public:
  Page(const RejectQuery& query, TimeNs kept_from, const Budget& budget)
      : query_(query), from_(std::max(query.filter.from, kept_from)), budget_(budget) {}

  // Whether a reject of that time, or an earlier one, may still belong to the page.
  [[nodiscard]] bool may_take(TimeNs at) const {
    if (at < from_) return false;
    return heap_.size() <= query_.limit || at >= heap_.front().reject.at;
  }

  // Returns an error if the page exceeds the query's memory.
  Result<void> add(std::uint64_t number, Reject&& reject) {
    if (!passes(number, reject)) return {};
    bytes_ += bytes_of(reject);
    heap_.push_back({number, std::move(reject)});
    std::push_heap(heap_.begin(), heap_.end(), is_newer);  // the oldest in front
    if (heap_.size() > query_.limit + 1) {
      std::pop_heap(heap_.begin(), heap_.end(), is_newer);
      bytes_ -= bytes_of(heap_.back().reject);
      heap_.pop_back();
    }
    return budget_.check_memory(bytes_);
  }

  RejectPage finish() {
    std::sort_heap(heap_.begin(), heap_.end(), is_newer);
    RejectPage page;
    page.more = heap_.size() > query_.limit;
    if (page.more) heap_.pop_back();
    page.rejects = std::move(heap_);
    return page;
  }

 private:
  [[nodiscard]] bool passes(std::uint64_t number, const Reject& reject) const {
    if (reject.at < from_ || reject.at >= query_.filter.to) return false;
    if (query_.after) {
      const RejectCursor& after = *query_.after;
      const bool behind = reject.at != after.at ? reject.at < after.at : number < after.number;
      if (!behind) return false;
    }
    return query_.filter.passes(reject.source, reject.reason);
  }

  const RejectQuery& query_;
  TimeNs from_;
  const Budget& budget_;
  std::vector<NumberedReject> heap_;
  std::size_t bytes_ = 0;
};

struct NumberedFile {
  RejectsEntry entry;
  std::uint64_t first_number;  // if the file doesn't have it
};

// Newest first. A file without counts gets its numbers from the files before it.
std::vector<NumberedFile> newest_first(std::vector<RejectsEntry> entries) {
  std::sort(entries.begin(), entries.end(),
            [](const auto& a, const auto& b) { return a.number < b.number; });
  std::vector<NumberedFile> files;
  std::uint64_t number = 0;
  for (const RejectsEntry& entry : entries) {
    files.push_back({entry, number});
    number += entry.rejects;
  }
  std::stable_sort(files.begin(), files.end(),
                   [](const auto& a, const auto& b) { return a.entry.newest > b.entry.newest; });
  return files;
}

Result<void> add_file(FileSystem& files, const NumberedFile& numbered, const Budget& budget,
                      ReadFailures& failures, Page& page, Completeness& completeness) {
  FORTNIGHT_TRY(budget.check());
  const auto file = read_entry(files, numbered.entry);
  if (!file) {
    failures.note(numbered.entry.name().path(), file.error().message);
    completeness.miss(damage_number(numbered.entry.name()));
    return {};
  }
  std::uint64_t number = file->first_number().value_or(numbered.first_number);
  Result<void> fits;
  file->for_each([&](Reject&& reject) {
    fits = page.add(number++, std::move(reject));
    return fits.has_value();
  });
  return fits;
}

}  // namespace

Result<RejectPage> view_rejects(FileSystem& files, const RejectView& view, const RejectQuery& query,
                                const Budget& budget, ReadFailures& failures) {
  const Manifest& manifest = view.version->manifest;
  Page page(query, day_start(manifest.first_kept), budget);
  Completeness completeness;
  for (auto batch = view.head.rbegin(); batch != view.head.rend(); ++batch) {
    std::uint64_t number = (*batch)->first_number;
    for (const Reject& reject : (*batch)->rejects) {
      FORTNIGHT_TRY(page.add(number++, Reject(reject)));
    }
  }
  for (const NumberedFile& file : newest_first(manifest.rejects)) {
    if (file.entry.rejects == 0) continue;
    if (!page.may_take(file.entry.newest)) break;
    FORTNIGHT_TRY(add_file(files, file, budget, failures, page, completeness));
  }
  for (const FileName& lost : manifest.lost) {
    const bool missing =
        lost.kind == FileKind::rejects && day_start(lost.day + 1) > query.filter.from;
    if (missing) completeness.miss(damage_number(lost));
  }
  RejectPage out = page.finish();
  out.completeness = completeness;
  return out;
}

RejectCounts load_reject_counts(FileSystem& files, const std::vector<RejectsEntry>& entries) {
  std::vector<RejectsEntry> newest_first = entries;
  std::sort(newest_first.begin(), newest_first.end(),
            [](const RejectsEntry& a, const RejectsEntry& b) { return a.number > b.number; });
  RejectCounts counts;
  for (const RejectsEntry& entry : newest_first) {
    const auto file = read_entry(files, entry);
    if (!file) continue;
    if (file->counts()) {
      counts += *file->counts();
      break;
    }
    file->for_each([&](Reject&& reject) {
      counts.add(reject.at, reject.source, reject.reason);
      return true;
    });
  }
  return counts;
}

}  // namespace fortnight::storage
