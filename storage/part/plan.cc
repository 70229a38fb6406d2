#include "storage/part/plan.h"

#include <algorithm>
#include <iterator>

#include "storage/part/term_search.h"

namespace fortnight::storage {
namespace {

std::optional<std::uint32_t> key_column(const Predicate& predicate) {
  if (predicate.subject == Predicate::Subject::status) {
    return static_cast<std::uint32_t>(FieldColumn::status);
  }
  if (predicate.subject != Predicate::Subject::field) return std::nullopt;
  return column_of(predicate.field);
}

// The subject of a predicate, as EXPLAIN's steps name it.
std::string name_of(const Predicate& predicate) {
  using Subject = Predicate::Subject;
  switch (predicate.subject) {
    case Subject::field:
      return std::string(kFieldColumnNames[column_of(predicate.field)]);
    case Subject::status:
      return "status";
    case Subject::duration:
      return "duration_ms";
    case Subject::any_id:
      return "id";
    case Subject::text:
      return predicate.whole ? "word" : "text";
    case Subject::code:
      return "code";
    case Subject::id_of_kind:
    case Subject::pointer:
      break;
  }
  return predicate.name;
}

// Whether every matching call has one of the exact, non-empty IDs in `patterns`.
bool by_id(const Predicate& predicate) {
  const bool id =
      predicate.subject == Predicate::Subject::id_of_kind ||
      predicate.subject == Predicate::Subject::any_id ||
      (predicate.subject == Predicate::Subject::field && predicate.field == TextField::call_id);
  return id && !predicate.negated && predicate.bounds.empty() && !predicate.patterns.empty() &&
         std::all_of(predicate.patterns.begin(), predicate.patterns.end(),
                     [](const TextPattern& p) { return p.exact() && !p.pieces[0].empty(); });
}

// The rows whose key has a value that the predicate tests; an error if the index is damaged.
Result<std::optional<Roaring>> key_rows(const PartFile& part, std::uint32_t column,
                                        const Predicate& predicate) {
  FORTNIGHT_ASSIGN(const auto keys, part.keys(column));
  if (keys == nullptr) return std::optional<Roaring>();
  std::shared_ptr<const Dictionary> dictionary;
  if (predicate.subject == Predicate::Subject::field) {
    FORTNIGHT_ASSIGN(dictionary, part.dictionary(column));
    if (dictionary == nullptr) return std::optional<Roaring>();
  }
  std::vector<Roaring> found;
  for (const auto& [value, bitmap] : keys->values()) {
    const bool match =
        dictionary == nullptr
            ? status_matches(predicate, static_cast<std::int32_t>(value))
            : matches_any(predicate.patterns, (*dictionary)[static_cast<std::uint64_t>(value)]);
    if (!match) continue;
    FORTNIGHT_ASSIGN(Roaring rows, part.rows(column, bitmap));
    found.push_back(std::move(rows));
  }
  std::vector<const Roaring*> pointers;
  for (const Roaring& rows : found) pointers.push_back(&rows);
  Roaring rows = Roaring::fastunion(pointers.size(), pointers.data());
  if (predicate.negated) rows.flip(0, part.footer().summary.calls);
  return std::optional<Roaring>(std::move(rows));
}

}  // namespace

void PartPlan::add_key(const PartFile& part, const Predicate& predicate) {
  const auto column = key_column(predicate);
  auto rows = key_rows(part, *column, predicate);
  if (!rows || !*rows) {
    rest_.push_back(predicate);
    steps_.push_back(name_of(predicate) +
                     (rows ? " by its column" : " by its column, since its index is damaged"));
    return;
  }
  steps_.push_back(name_of(predicate) + " by the key index, " +
                   std::to_string((*rows)->cardinality()) + " calls");
  if (rows_) {
    *rows_ &= **rows;
  } else {
    rows_ = std::move(**rows);
  }
}

void PartPlan::add_id(const PartFile& part, const Predicate& predicate) {
  rest_.push_back(predicate);  // confirms the fingerprint's hit
  std::vector<std::uint32_t> blocks;
  for (const TextPattern& pattern : predicate.patterns) {
    auto found = part.blocks_with_id(id_hash(pattern.pieces[0]));
    if (!found) {
      steps_.push_back(name_of(predicate) + " by every block, since the ID index is damaged");
      return;
    }
    blocks.insert(blocks.end(), found->begin(), found->end());
  }
  std::sort(blocks.begin(), blocks.end());
  blocks.erase(std::unique(blocks.begin(), blocks.end()), blocks.end());
  steps_.push_back(name_of(predicate) + " by the ID index, " + std::to_string(blocks.size()) +
                   " blocks");
  keep_blocks(std::move(blocks));
}

void PartPlan::add_terms(const PartFile& part, const Predicate& predicate) {
  rest_.push_back(predicate);
  auto blocks = blocks_with_terms(part, predicate);
  if (!blocks || !*blocks) {
    steps_.push_back(name_of(predicate) +
                     (blocks ? " by its columns" : " by its columns, since an index is damaged"));
    return;
  }
  steps_.push_back(name_of(predicate) + " by the term index, " + std::to_string((*blocks)->size()) +
                   " blocks");
  keep_blocks(std::move(**blocks));
}

void PartPlan::keep_blocks(std::vector<std::uint32_t> blocks) {
  if (!indexed_) {
    indexed_ = std::move(blocks);
    return;
  }
  std::vector<std::uint32_t> both;
  std::set_intersection(blocks.begin(), blocks.end(), indexed_->begin(), indexed_->end(),
                        std::back_inserter(both));
  indexed_ = std::move(both);
}

Result<PartPlan> PartPlan::make(const PartFile& part, const std::vector<Predicate>& predicates,
                                TimeNs from, TimeNs to) {
  PartPlan plan;
  const PartSummary& summary = part.footer().summary;
  if (summary.max_ts < from || summary.min_ts >= to) return plan;
  // IDs and terms first: they leave at most a few blocks, and often nothing else must be read.
  for (const Predicate& predicate : predicates) {
    if (by_id(predicate)) plan.add_id(part, predicate);
    if (by_terms(predicate)) plan.add_terms(part, predicate);
    if (plan.indexed_ && plan.indexed_->empty()) return plan;
  }
  for (const Predicate& predicate : predicates) {
    if (by_id(predicate) || by_terms(predicate)) continue;
    if (key_column(predicate)) {
      plan.add_key(part, predicate);
      if (plan.rows_ && plan.rows_->isEmpty()) return plan;
    } else {
      plan.rest_.push_back(predicate);
      plan.steps_.push_back(name_of(predicate) + " by its columns");
    }
  }
  const std::vector<BlockEntry>& blocks = part.blocks();
  const auto consider = [&](std::uint32_t i) {
    if (blocks[i].max_ts < from || blocks[i].min_ts >= to) return;
    if (plan.rows_) {
      auto row = plan.rows_->begin();
      row.equalorlarger(blocks[i].first_row);
      if (row == plan.rows_->end() || *row >= blocks[i].first_row + blocks[i].rows) return;
    }
    plan.blocks_.push_back(i);
  };
  if (plan.indexed_) {
    for (const std::uint32_t block : *plan.indexed_) consider(block);
  } else {
    for (std::uint32_t i = 0; i < blocks.size(); ++i) consider(i);
  }
  return plan;
}

std::vector<std::uint32_t> PartPlan::rows_of(const BlockEntry& block) const {
  std::vector<std::uint32_t> rows;
  if (!rows_) {
    rows.resize(block.rows);
    for (std::uint32_t i = 0; i < block.rows; ++i) rows[i] = i;
    return rows;
  }
  auto row = rows_->begin();
  for (row.equalorlarger(block.first_row);
       row != rows_->end() && *row < block.first_row + block.rows; ++row) {
    rows.push_back(*row - block.first_row);
  }
  return rows;
}

}  // namespace fortnight::storage
