// Which rows of a block bear an ID: the part of BlockReader that look-ups by ID end in.
#include <algorithm>

#include "storage/part/block_reader.h"
#include "storage/part/extra_ids.h"

namespace fortnight::storage {

// The patterns that IDs are to match, made ready for each column that they may stand in.
class BlockReader::IdTest {
 public:
  IdTest(const BlockReader& block, const std::vector<TextPattern>& patterns)
      : block_(block), patterns_(patterns), columns_(block.progress_.size()) {}

  bool matches(std::uint32_t column, bool is_string, const Place& place) {
    Column& of = columns_[column];
    if (!of.known) prepare(column, of);
    if (of.chunk == nullptr || !may_match(of, place.index)) return false;
    raw_.clear();
    of.chunk->append(place, block_, raw_);
    if (raw_.empty() || (!is_string && raw_ == "null")) return false;
    return matches_any(patterns_, decode_json_string(raw_, scratch_));
  }
  bool matches(std::string_view id) { return matches_any(patterns_, id); }

 private:
  struct Column {
    bool known = false;
    const TextChunk* chunk = nullptr;
    bool exact = true;  // and probes rule most values out
    std::vector<Probe> probes;
  };

  void prepare(std::uint32_t column, Column& of) {
    of.known = true;
    of.chunk = block_.text(column);
    if (of.chunk == nullptr) {
      block_.fail(corrupt("block without a column of its shapes"));
      return;
    }
    // A value with escapes is another text before it is decoded: then every value is looked at.
    of.exact = !block_.may_escape(column);
    for (const TextPattern& pattern : patterns_) {
      if (!pattern.exact())
        of.exact = false;
      else
        of.probes.push_back(of.chunk->probe(pattern.pieces[0]));
    }
  }
  static bool may_match(const Column& of, std::uint32_t index) {
    return !of.exact || std::any_of(of.probes.begin(), of.probes.end(), [&](const Probe& probe) {
      return !probe.never && of.chunk->may_equal(probe, index);
    });
  }

  const BlockReader& block_;
  const std::vector<TextPattern>& patterns_;
  std::vector<Column> columns_;
  std::string raw_;
  std::string scratch_;
};

void BlockReader::mark_holes_with_id(std::string_view name, IdTest& test,
                                     std::vector<bool>& found) const {
  // The IDs of each shape that are of the kind, with their columns.
  struct IdPlace {
    std::uint32_t column;
    std::uint32_t ordinal;
    bool is_string;
  };
  std::vector<std::vector<IdPlace>> places(shapes_->shapes.size());
  for (const std::uint16_t of : layout_->present()) {
    const PartShape& shape = shapes_->shapes[of];
    for (const Shape::IdHole& id : shape.shape.ids) {
      if (!name.empty() && shapes_->kinds[id.kind] != name) continue;
      places[of].push_back({shape.columns[id.hole], shape.ordinal_of(id.hole), id.is_string});
    }
  }
  for (std::uint32_t row = 0; row < rows() && !error_; ++row) {
    for (const IdPlace& id : places[shape(row)]) {
      if (found[row]) break;
      const std::uint32_t index = values_before(id.column, row) + id.ordinal;
      found[row] = test.matches(id.column, id.is_string, {row, id.ordinal, index});
    }
  }
}

Result<std::vector<bool>> BlockReader::rows_with_id(
    std::string_view name, const std::vector<TextPattern>& patterns) const {
  std::vector<bool> found(rows());
  IdTest test(*this, patterns);
  if (name.empty()) {
    for (std::uint32_t row = 0; row < rows(); ++row) {
      found[row] =
          test.matches(static_cast<std::uint32_t>(FieldColumn::call_id), true, {row, 0, row});
    }
  }
  mark_holes_with_id(name, test, found);
  const TextChunk* extra = text(static_cast<std::uint32_t>(FieldColumn::extra_ids));
  if (extra == nullptr) return error_.value_or(corrupt("block without its column of IDs"));
  const bool none = extra->constant() != nullptr && extra->constant()->empty();
  std::string raw;
  for (std::uint32_t row = 0; row < rows() && !none; ++row) {
    raw.clear();
    append_extra(row, raw);
    each_extra_id(raw, shapes_->kinds, [&](std::uint16_t kind, std::string_view id) {
      if ((name.empty() || shapes_->kinds[kind] == name) && test.matches(id)) found[row] = true;
    });
  }
  if (error_) return *error_;
  return found;
}

}  // namespace fortnight::storage
