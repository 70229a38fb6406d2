// Which rows of a block have an ID: the last step of BlockReader's look-ups by ID.
#include <algorithm>
#include <map>
#include <numeric>

#include "base/json_text.h"
#include "storage/part/block_reader.h"
#include "storage/part/extra_ids.h"

namespace fortnight::storage {

// Finds the values in a block's columns that may match `patterns`. Most columns don't contain an
// ID; their chunks show that without decoding their values.
class BlockReader::IdSearch {
 public:
  IdSearch(const BlockReader& block, const std::vector<TextPattern>& patterns)
      : block_(block), patterns_(patterns), columns_(block.progress_.size()) {
    exact_ = std::all_of(patterns.begin(), patterns.end(),
                         [](const TextPattern& pattern) { return pattern.exact(); });
  }

  // The rows whose value in the column may match, ascending.
  const std::vector<std::uint32_t>& rows(std::uint32_t column) {
    Column& of = columns_[column];
    if (of.state == State::unknown) {
      of.state = State::asked;
      if (!look(column, of)) {
        of.rows.resize(block_.rows());
        std::iota(of.rows.begin(), of.rows.end(), 0U);
      }
      of.state = State::known;
    }
    return of.rows;
  }

  bool matches(std::uint32_t column, bool is_string, const Place& place) {
    const TextChunk* chunk = block_.text(column);
    if (chunk == nullptr) return false;
    raw_.clear();
    chunk->append(place, block_, raw_);
    if (!is_id(is_string, raw_)) return false;
    return matches_any(patterns_, decode_json_string(raw_, scratch_));
  }
  bool matches(std::string_view id) { return matches_any(patterns_, id); }

 private:
  enum class State : std::uint8_t { unknown, asked, known };
  struct Column {
    State state = State::unknown;
    std::vector<std::uint32_t> rows;
  };

  // Returns false if any row may match.
  bool look(std::uint32_t column, Column& of) {
    const TextChunk* chunk = block_.text(column);
    if (chunk == nullptr) {
      block_.fail(corrupt("block without a column of its shapes"));
      return true;
    }
    if (!exact_) return false;
    const bool field = column < kFieldColumns;
    const std::uint32_t values = field ? block_.rows() : block_.values_of(column);
    CandidateValues candidates;
    for (const TextPattern& pattern : patterns_) {
      chunk->add_candidates(pattern.pieces[0], values, candidates);
    }
    if (candidates.all) return false;
    std::sort(candidates.values.begin(), candidates.values.end());
    of.rows =
        field ? std::move(candidates.values) : block_.rows_of_values(column, candidates.values);
    for (const std::uint32_t other : candidates.columns) {
      // Writers make no cycles and no long chains; a hostile file might.
      if (other >= columns_.size() || columns_[other].state == State::asked ||
          depth_ == kMaxDepth) {
        return false;
      }
      if (other >= kFieldColumns && block_.header_->find(other) == nullptr) continue;
      ++depth_;
      const std::vector<std::uint32_t>& there = rows(other);
      --depth_;
      of.rows.insert(of.rows.end(), there.begin(), there.end());
    }
    std::sort(of.rows.begin(), of.rows.end());
    of.rows.erase(std::unique(of.rows.begin(), of.rows.end()), of.rows.end());
    return true;
  }

  const BlockReader& block_;
  const std::vector<TextPattern>& patterns_;
  static constexpr unsigned kMaxDepth = 32;

  bool exact_ = false;
  unsigned depth_ = 0;
  std::vector<Column> columns_;
  std::string raw_;
  std::string scratch_;
};

std::vector<std::uint32_t> BlockReader::rows_of_values(
    std::uint32_t column, const std::vector<std::uint32_t>& values) const {
  std::vector<std::uint32_t> rows_of;
  if (values.empty()) return rows_of;
  const std::vector<std::uint32_t>& counts = counts_of(column);
  std::uint32_t row = 0;
  std::uint32_t end = counts[shape(0)];  // the end of the row's values
  for (const std::uint32_t value : values) {
    while (value >= end) end += counts[shape(++row)];
    if (rows_of.empty() || rows_of.back() != row) rows_of.push_back(row);
  }
  return rows_of;
}

void BlockReader::mark_holes_with_id(std::string_view name, IdSearch& search,
                                     std::vector<bool>& found) const {
  // For each column: the holes of the block's shapes that hold IDs of the kind.
  struct IdPlace {
    std::uint16_t shape;
    std::uint32_t ordinal;
    bool is_string;
  };
  std::map<std::uint32_t, std::vector<IdPlace>> places;
  for (const std::uint16_t of : layout_->present()) {
    const PartShape& shape = shapes_->shapes[of];
    for (const Shape::IdHole& id : shape.shape.ids) {
      if (!name.empty() && shapes_->kinds[id.kind] != name) continue;
      places[shape.columns[id.hole]].push_back({of, shape.ordinal_of(id.hole), id.is_string});
    }
  }
  for (const auto& [column, in_column] : places) {
    for (const std::uint32_t row : search.rows(column)) {
      for (const IdPlace& id : in_column) {
        if (error_ || found[row] || id.shape != shape(row)) continue;
        const std::uint32_t index = values_before(column, row) + id.ordinal;
        found[row] = search.matches(column, id.is_string, {row, id.ordinal, index});
      }
    }
  }
}

Result<std::vector<bool>> BlockReader::rows_with_id(
    std::string_view name, const std::vector<TextPattern>& patterns) const {
  std::vector<bool> found(rows());
  IdSearch search(*this, patterns);
  if (name.empty()) {
    const auto call_id = static_cast<std::uint32_t>(FieldColumn::call_id);
    for (const std::uint32_t row : search.rows(call_id)) {
      found[row] = search.matches(call_id, true, {row, 0, row});
    }
  }
  mark_holes_with_id(name, search, found);
  const TextChunk* extra = text(static_cast<std::uint32_t>(FieldColumn::extra_ids));
  if (extra == nullptr) return error_.value_or(corrupt("block without its column of IDs"));
  const bool none = extra->constant() != nullptr && extra->constant()->empty();
  std::string raw;
  for (std::uint32_t row = 0; row < rows() && !none; ++row) {
    raw.clear();
    append_extra(row, raw);
    each_extra_id(raw, shapes_->kinds, [&](std::uint16_t kind, std::string_view id) {
      if ((name.empty() || shapes_->kinds[kind] == name) && search.matches(id)) found[row] = true;
    });
  }
  if (error_) return *error_;
  return found;
}

}  // namespace fortnight::storage
