#include "storage/part/id_search.h"

#include <algorithm>
#include <map>
#include <numeric>

#include "base/json_text.h"
#include "storage/part/extra_ids.h"

namespace fortnight::storage {
namespace {

// Finds the values in a block's columns that may match `patterns`. Most columns don't contain an
// ID; their chunks show that without decoding their values.
class IdSearch {
 public:
  IdSearch(const BlockReader& block, const std::vector<TextPattern>& patterns)
      : block_(block), patterns_(patterns), columns_(block.positions().columns()) {
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
    const TextChunk* chunk = block_.required_text(column);
    if (chunk == nullptr) return true;
    if (!exact_) return false;
    const bool field = column < kFieldColumns;
    const std::uint32_t values = field ? block_.rows() : block_.positions().count(column);
    CandidateValues candidates;
    for (const TextPattern& pattern : patterns_) {
      chunk->add_candidates(pattern.pieces[0], values, candidates);
    }
    if (candidates.all) return false;
    std::sort(candidates.values.begin(), candidates.values.end());
    of.rows = field ? std::move(candidates.values)
                    : block_.positions().rows_of_values(column, candidates.values);
    for (const std::uint32_t other : candidates.columns) {
      // Writers make no cycles and no long chains; a hostile file might.
      if (other >= columns_.size() || columns_[other].state == State::asked ||
          depth_ == kMaxDepth) {
        return false;
      }
      if (other >= kFieldColumns && block_.header().find(other) == nullptr) continue;
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

void mark_holes_with_id(const BlockReader& block, std::string_view name, IdSearch& search,
                        std::vector<bool>& found) {
  // For each column: the holes of the block's shapes that hold IDs of the kind.
  struct IdPlace {
    std::uint16_t shape;
    std::uint32_t ordinal;
    bool is_string;
  };
  std::map<std::uint32_t, std::vector<IdPlace>> places;
  for (const std::uint16_t of : block.layout().present()) {
    const PartShape& shape = block.shapes().shapes[of];
    for (const Shape::IdHole& id : shape.shape.ids) {
      if (!name.empty() && block.shapes().kinds[id.kind] != name) continue;
      places[shape.columns[id.hole]].push_back({of, shape.ordinal_of(id.hole), id.is_string});
    }
  }
  for (const auto& [column, in_column] : places) {
    for (const std::uint32_t row : search.rows(column)) {
      for (const IdPlace& id : in_column) {
        if (found[row] || id.shape != block.shape(row)) continue;
        const std::uint32_t index = block.positions().before(column, row) + id.ordinal;
        found[row] = search.matches(column, id.is_string, {row, id.ordinal, index});
      }
    }
  }
}

}  // namespace

Result<std::vector<bool>> rows_with_id(const BlockReader& block, std::string_view name,
                                       const std::vector<TextPattern>& patterns) {
  std::vector<bool> found(block.rows());
  IdSearch search(block, patterns);
  if (name.empty()) {
    const auto call_id = static_cast<std::uint32_t>(FieldColumn::call_id);
    for (const std::uint32_t row : search.rows(call_id)) {
      found[row] = search.matches(call_id, true, {row, 0, row});
    }
  }
  mark_holes_with_id(block, name, search, found);
  const TextChunk* extra = block.text(static_cast<std::uint32_t>(FieldColumn::extra_ids));
  if (extra == nullptr) return block.damaged();
  const bool none = extra->constant() != nullptr && extra->constant()->empty();
  const std::vector<std::string>& kinds = block.shapes().kinds;
  std::string raw;
  for (std::uint32_t row = 0; row < block.rows() && !none; ++row) {
    raw.clear();
    block.append_extra_ids(row, raw);
    each_extra_id(raw, kinds, [&](std::uint16_t kind, std::string_view id) {
      if ((name.empty() || kinds[kind] == name) && search.matches(id)) found[row] = true;
    });
  }
  FORTNIGHT_TRY(block.status());
  return found;
}

}  // namespace fortnight::storage
