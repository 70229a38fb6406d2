#include <algorithm>
#include <utility>

#include "base/require.h"
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
  if (!fits || !known) return corrupt("a sketch of a rollup is damaged");
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
  // Memory for an open file in the file system: its name and its entry in a list.
  constexpr std::size_t kOfFileSystem = 512;
  return sizeof(RollupReader) + sizeof(RollupFile) + kOfFileSystem;
}

std::uint64_t RollupReader::calls() const { return file_->footer().calls; }

bool RollupReader::answers(const CountQuery& query) {
  return answers(query.predicates) && (!query.by_field || answers_field(*query.by_field)) &&
         query.by_code.empty();
}

bool RollupReader::answers(const std::vector<Predicate>& predicates) {
  return std::all_of(predicates.begin(), predicates.end(), answers_predicate);
}

Result<void> RollupReader::count(const CountQuery& query, const Budget& budget,
                                 CountAnswer& answer) const {
  FORTNIGHT_REQUIRE(answers(query));
  return count_rollup(*file_, query, budget, answer);
}

const RollupFold& RollupReader::fold() const { return file_->footer().fold; }

Result<std::uint64_t> RollupReader::latency(const SketchQuery& query,
                                            std::vector<LatencySketch>& sketches) const {
  const RollupBuckets buckets(day(), query.edges);
  std::uint64_t untested = 0;
  if (!buckets.any()) return untested;
  std::vector<LatencySketch> sums(buckets.count());
  FORTNIGHT_TRY(file_->for_each_entry(
      RollupTable::latency, nullptr, [&](const TableEntry& entry) -> Result<void> {
        if (!query.endpoints.empty() && !matches_any(query.endpoints, entry.name)) return {};
        return add_sketches(entry, buckets, sums);
      }));
  if (fold().endpoint.calls != 0) FORTNIGHT_TRY(add_other_latency(query, buckets, sums, untested));
  sketches.resize(sums.size());
  for (std::size_t i = 0; i < sums.size(); ++i) sketches[i].merge(sums[i]);
  return untested;
}

Result<void> RollupReader::add_other_latency(const SketchQuery& query, const RollupBuckets& buckets,
                                             std::vector<LatencySketch>& sums,
                                             std::uint64_t& untested) const {
  RollupFilter::Match match;
  std::vector<Predicate> predicates;
  if (!query.endpoints.empty()) {
    Predicate& endpoint = predicates.emplace_back();
    endpoint.field = TextField::endpoint;
    endpoint.patterns = query.endpoints;
    FORTNIGHT_ASSIGN(const auto keys, file_->keys());
    match = RollupFilter(predicates).match_other(RollupKey::endpoint, *keys, fold());
  }
  if (!match.holds && match.sure) return {};
  std::vector<LatencySketch> of_other(buckets.count());
  FORTNIGHT_TRY(file_->for_each_entry(
      RollupTable::other_latency, nullptr,
      [&](const TableEntry& entry) { return add_sketches(entry, buckets, of_other); }));
  for (std::size_t i = 0; i < of_other.size(); ++i) {
    if (match.holds) sums[i].merge(of_other[i]);
    if (!match.sure) untested += of_other[i].count();
  }
  return {};
}

bool RollupReader::may_fold(const CountQuery& query) const {
  const auto keys = file_->keys();
  const bool only_unmatched = keys && folds_only_unmatched(**keys, fold());
  const auto folds = [&](TextField field) {
    if (field == TextField::account) return fold().account.calls != 0;
    const auto key = rollup_key_of(field);
    if (key == RollupKey::endpoint && only_unmatched) {
      const RollupFilter filter(query.predicates);
      return !filter.match_other(RollupKey::endpoint, **keys, fold()).sure;
    }
    return key && fold().of(*key).calls != 0;
  };
  return (query.by_field && folds(*query.by_field)) ||
         std::any_of(query.predicates.begin(), query.predicates.end(), [&](const Predicate& asked) {
           return asked.subject == Predicate::Subject::field && folds(asked.field);
         });
}

Result<bool> RollupReader::is_within(const KeyCaps& caps) const {
  FORTNIGHT_ASSIGN(const auto keys, file_->keys());
  const auto within = [&](RollupKey key, std::size_t cap) {
    const Strings& values = keys->of(key);
    std::size_t count = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (!is_exempt_from_caps(key, values[i])) ++count;
    }
    return count <= cap;
  };
  if (!within(RollupKey::endpoint, caps.endpoints) || !within(RollupKey::method, caps.methods) ||
      !within(RollupKey::revision, caps.revisions)) {
    return false;
  }
  const std::vector<std::uint8_t> unmatched = find_unmatched(*keys);
  const Strings& endpoints = keys->of(RollupKey::endpoint);
  std::size_t unmatched_endpoints = 0;
  for (std::size_t i = 0; i < endpoints.size(); ++i) {
    if (!is_exempt_from_caps(RollupKey::endpoint, endpoints[i]))
      unmatched_endpoints += unmatched[i];
  }
  if (unmatched_endpoints > caps.unmatched_endpoints) return false;
  FORTNIGHT_ASSIGN(const auto codes, file_->codes());
  if (codes != nullptr && codes->countable() > caps.codes) return false;
  if (calls() <= caps.accounts) return true;
  std::size_t accounts = 0;
  std::string last;
  FORTNIGHT_TRY(file_->for_each_entry(RollupTable::accounts, nullptr,
                                      [&](const TableEntry& entry) -> Result<void> {
                                        if (!entry.name.empty() && entry.name != last) {
                                          last = entry.name;
                                          ++accounts;
                                        }
                                        return {};
                                      }));
  return accounts <= caps.accounts;
}

}  // namespace fortnight::storage
