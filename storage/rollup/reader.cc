#include <algorithm>
#include <utility>

#include "storage/rollup/buckets.h"
#include "storage/rollup/count.h"
#include "storage/rollup/file.h"
#include "storage/rollup/filter.h"
#include "storage/rollup/rollup.h"

namespace fortnight::storage {
namespace {

bool answers_field(TextField field) {
  return field == TextField::account || rollup_key_of(field).has_value();
}

bool answers_predicate(const Predicate& predicate) {
  switch (predicate.subject) {
    case Predicate::Subject::field:
      return answers_field(predicate.field) && predicate.bounds.empty();
    case Predicate::Subject::status:
      return predicate.patterns.empty();
    default:
      return false;
  }
}

// Adds an endpoint's rows to the buckets of their hours.
Result<void> add_sketches(const TableEntry& entry, const RollupBuckets& buckets,
                          std::vector<LatencySketch>& sketches) {
  bool known = true;
  const bool fits = entry.rows.for_each([&](std::uint64_t key, std::uint64_t count) {
    const std::uint64_t hour = key >> kBinBits;
    const auto bin = static_cast<std::uint32_t>(key & kBinMask);
    if (hour >= kHoursPerDay || bin >= kSketchBins) {
      known = false;
      return;
    }
    const std::uint32_t bucket = buckets.of_quarter(hour * kQuartersPerHour);
    if (bucket != buckets.spare()) sketches[bucket].add_bin(bin, count);
  });
  if (!fits || !known) return corrupt("a sketch of a rollup makes no sense");
  return {};
}

}  // namespace

Result<std::shared_ptr<const RollupReader>> RollupReader::open(
    FileSystem& files, const std::string& path, std::shared_ptr<BlockCache> cache,
    std::optional<std::uint64_t> number) {
  const std::uint64_t in_cache = number ? *number : cache->next_file();
  FORTNIGHT_ASSIGN(auto file, RollupFile::open(files, path, std::move(cache), in_cache));
  return std::make_shared<const RollupReader>(std::move(file));
}

RollupReader::RollupReader(std::shared_ptr<const RollupFile> file) : file_(std::move(file)) {}

Day RollupReader::day() const { return file_->footer().day; }

std::size_t RollupReader::memory() const {
  // The file system's part: a name and where it stands among the open ones.
  constexpr std::size_t kOfFileSystem = 512;
  return sizeof(RollupReader) + sizeof(RollupFile) + kOfFileSystem;
}

std::uint64_t RollupReader::calls() const { return file_->footer().calls; }

bool RollupReader::answers(const CountQuery& query) {
  return std::all_of(query.predicates.begin(), query.predicates.end(), answers_predicate) &&
         (!query.by_field || answers_field(*query.by_field));
}

Result<void> RollupReader::count(const CountQuery& query, const Budget& budget,
                                 CountAnswer& answer) const {
  return count_rollup(*file_, query, budget, answer);
}

Result<void> RollupReader::latency(const LatencyQuery& query,
                                   std::vector<LatencySketch>& sketches) const {
  const RollupBuckets buckets(day(), query.edges);
  if (!buckets.any()) return {};
  std::vector<LatencySketch> sums(buckets.count());
  FORTNIGHT_TRY(file_->for_each_entry(
      RollupTable::latency, nullptr, [&](const TableEntry& entry) -> Result<void> {
        if (!query.endpoints.empty() && !matches_any(query.endpoints, entry.name)) return {};
        return add_sketches(entry, buckets, sums);
      }));
  sketches.resize(sums.size());
  for (std::size_t i = 0; i < sums.size(); ++i) sketches[i].merge(sums[i]);
  return {};
}

}  // namespace fortnight::storage
