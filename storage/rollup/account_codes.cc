#include "storage/rollup/account_codes.h"

#include <algorithm>
#include <utility>

#include "storage/packing/distinct_sketch.h"

namespace fortnight::storage {
namespace {

template <typename Sums>
Result<RollupPlace> write_sums(RollupSectionWriter& sections, const Sums& sums) {
  if (sums.empty()) return RollupPlace();
  std::vector<RollupRow> rows;
  rows.reserve(sums.size());
  for (const auto& [key, count] : sums) rows.push_back({key, count});
  normalize_rows(rows);
  RollupTableWriter table(sections);
  FORTNIGHT_TRY(table.add("", {}, rows));
  return table.finish();
}

// The failed calls of the totals, in files without codes, too.
std::uint64_t errors_of(const MergedKeys& merged) {
  std::uint64_t errors = 0;
  for (const RollupRow& row : merged.totals) {
    if (merged.keys.failed[row.key >> kQuarterBits] != 0) errors += row.count;
  }
  return errors;
}

Error unlisted() { return corrupt("a rollup counts codes of an account that it doesn't list"); }

}  // namespace

Result<std::unique_ptr<AccountCodes>> AccountCodes::create(RollupSectionWriter& sections,
                                                           RollupSources sources,
                                                           const MergedKeys& merged,
                                                           const KeyCaps& caps) {
  std::unique_ptr<AccountCodes> codes;
  if (std::all_of(sources.begin(), sources.end(),
                  [](const auto& source) { return source->codes() == nullptr; })) {
    return codes;
  }
  FORTNIGHT_ASSIGN(MergedCodes of_sources, merge_codes(sources, merged, caps.codes));
  codes.reset(new AccountCodes(sections, sources, std::move(of_sources)));
  codes->merged_.codes.errors = errors_of(merged);
  FORTNIGHT_TRY(codes->advance());
  return codes;
}

AccountCodes::AccountCodes(RollupSectionWriter& sections, RollupSources sources, MergedCodes merged)
    : sections_(sections),
      sources_(sources),
      merged_(std::move(merged)),
      table_(sections),
      merger_(sources, RollupTable::codes) {}

Result<void> AccountCodes::advance() {
  FORTNIGHT_ASSIGN(there_, merger_.next(at_, &merged_.failures));
  return {};
}

Result<void> AccountCodes::add(std::string_view account, bool kept) {
  if (!there_ || at_.name > account) return {};
  if (at_.name != account) return unlisted();
  if (kept) {
    FORTNIGHT_TRY(table_.add(account, {}, at_.rows));
  } else {
    fold();
  }
  return advance();
}

void AccountCodes::fold() {
  const auto [at, rank] = sketch_rank(at_.name);
  for (const RollupRow& row : at_.rows) {
    other_[row.key] += row.count;
    const std::uint64_t failure = row.key >> kQuarterBits;
    if (failure >= kSketchedFailures) continue;
    std::uint8_t& greatest = sketches_[failure << kSketchRegisterBits | at];
    greatest = std::max(greatest, rank);
  }
}

Result<void> AccountCodes::add_folded_before() {
  NamedRowsMerger merger(sources_, RollupTable::other_codes);
  for (NamedRows other;;) {
    FORTNIGHT_ASSIGN(const bool more, merger.next(other, &merged_.failures));
    if (!more) return {};
    for (const RollupRow& row : other.rows) other_[row.key] += row.count;
  }
}

Result<void> AccountCodes::add_sketches_before() {
  for (std::size_t i = 0; i < sources_.size(); ++i) {
    const std::vector<std::uint32_t>& failures = merged_.failures[i];
    for (NamedRows sketches;;) {
      FORTNIGHT_ASSIGN(const bool more, sources_[i]->next(RollupTable::other_sketches, sketches));
      if (!more) break;
      for (const RollupRow& row : sketches.rows) {
        const std::uint64_t theirs = row.key >> kSketchRegisterBits;
        if (theirs >= failures.size() || row.count > kMaxSketchRank) {
          return corrupt("a sketch of accounts is damaged");
        }
        const std::uint64_t failure = failures[theirs];
        if (failure >= kSketchedFailures) continue;
        std::uint8_t& greatest =
            sketches_[failure << kSketchRegisterBits | (row.key & (kSketchRegisters - 1))];
        greatest = std::max(greatest, static_cast<std::uint8_t>(row.count));
      }
    }
  }
  return {};
}

Result<std::string> AccountCodes::finish(Day day) {
  if (there_) return unlisted();
  FORTNIGHT_TRY(add_folded_before());
  FORTNIGHT_TRY(add_sketches_before());
  RollupCodes& codes = merged_.codes;
  FORTNIGHT_ASSIGN(codes.index(RollupTable::codes), table_.finish());
  FORTNIGHT_ASSIGN(codes.index(RollupTable::other_codes), write_sums(sections_, other_));
  FORTNIGHT_ASSIGN(codes.index(RollupTable::other_sketches), write_sums(sections_, sketches_));
  FORTNIGHT_ASSIGN(const RollupPlace section, sections_.add(codes.encode(day)));
  return codes.encode_places(section);
}

}  // namespace fortnight::storage
