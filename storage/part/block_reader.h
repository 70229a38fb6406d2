// One block of a part, opened to read its calls: all of them, or a few without decoding the others.
//
// Loads chunks as they are asked for. Belongs to one query: not thread-safe.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "storage/call/batch.h"
#include "storage/call/predicate.h"
#include "storage/encoding/text_chunk.h"
#include "storage/part/file.h"
#include "storage/store.h"

namespace fortnight::storage {

class BlockReader final : public RowSource {
 public:
  static Result<std::unique_ptr<BlockReader>> open(std::shared_ptr<const PartFile> part,
                                                   std::uint32_t block);

  [[nodiscard]] std::uint32_t rows() const { return header_->rows; }
  [[nodiscard]] const PartShapes& shapes() const { return *shapes_; }

  // Numbers and fields of a row. A chunk that can't be read shows in error(), which is sticky.
  [[nodiscard]] std::int64_t number_field(FieldColumn column, std::uint32_t row) const override;
  void append_text_field(TextField field, std::uint32_t row, std::string& out) const override;
  void append_sibling(std::uint32_t column, std::uint32_t row, std::uint32_t ordinal,
                      std::string& out) const override;
  [[nodiscard]] std::uint32_t shape(std::uint32_t row) const { return layout_->shapes()[row]; }
  // The values of one column before `row`.
  [[nodiscard]] std::uint32_t values_before(std::uint32_t column, std::uint32_t row) const;
  // A column of numbers, whole; valid for as long as the reader. Instants ascend. Who asks for many
  // of a column's numbers asks for this first: number_field() is quicker then.
  Result<std::span<const std::int64_t>> numbers(FieldColumn column) const;
  // Null where the block has no value of the column; an error shows in error().
  [[nodiscard]] const TextChunk* text(std::uint32_t column) const;
  [[nodiscard]] Result<void> status() const;

  // A text column's chunk as it stands in the file, and how many values it has.
  struct RawChunk {
    std::uint32_t column = 0;
    std::uint32_t values = 0;
    std::string_view bytes;
  };
  // Those of the block's columns for which `wanted` is true, checked, by column; past the cache,
  // read into `bytes`, which must outlive them.
  Result<std::vector<RawChunk>> raw_text(const std::function<bool(std::uint32_t column)>& wanted,
                                         std::string& bytes) const;
  [[nodiscard]] const PartFile& part() const { return *part_; }
  // Which of the part's blocks this is.
  [[nodiscard]] std::uint32_t number() const { return block_; }
  // What the part's table says of the block.
  [[nodiscard]] const BlockEntry& entry() const { return part_->blocks()[block_]; }

  // The call as queries get it.
  // What `wanted` says that calls are to bear, but for its pointers.
  Result<CallRecord> record(std::uint32_t row, const CallQuery& wanted) const;
  void append_line(std::uint32_t row, std::string& out) const;
  // All calls in the row form; only the shapes that the block has.
  Result<Batch> decode() const;
  // Those of `rows`, ascending.
  Result<Batch> decode(const std::vector<std::uint32_t>& rows) const;
  // Whether the row's line is kept whole.
  [[nodiscard]] bool plain(std::uint32_t row) const {
    return shape(row) == PartShapesBuilder::kPlain;
  }
  // The columns of holes that have values here.
  [[nodiscard]] std::vector<std::uint32_t> hole_columns() const;
  // Calls `visit(place)` for each value of a column of holes.
  template <typename Visit>
  void each_value(std::uint32_t column, Visit&& visit) const;
  // The error for a column that isn't there, though the block's shapes want it.
  [[nodiscard]] Error damaged() const;
  // Marks the rows that bear an ID that one of `patterns` matches: of the kind `name`, or, where
  // that is empty, of any kind, call_id among them.
  Result<std::vector<bool>> rows_with_id(std::string_view name,
                                         const std::vector<TextPattern>& patterns) const;

 private:
  class IdSearch;

  BlockReader() = default;
  void mark_holes_with_id(std::string_view name, IdSearch& search, std::vector<bool>& found) const;
  const LoadedChunk* load(std::uint32_t column) const;
  void append_extra(std::uint32_t row, std::string& out) const;
  void append_ids(std::uint32_t row, CallRecord& record) const;
  [[nodiscard]] const PartShape& shape_of(std::uint32_t row) const {
    return shapes_->shapes[shape(row)];
  }
  // How many values of the column the block has.
  [[nodiscard]] std::uint32_t values_of(std::uint32_t column) const;
  const std::vector<std::uint32_t>& counts_of(std::uint32_t column) const;
  // The rows that `values` of a column of holes are of; both ascending.
  [[nodiscard]] std::vector<std::uint32_t> rows_of_values(
      std::uint32_t column, const std::vector<std::uint32_t>& values) const;
  // The shape of each value of the column.
  std::vector<std::uint16_t> value_shapes(std::uint32_t column) const;
  // By column: how many values the rows before `row` have. Valid until it is asked again.
  const std::vector<std::uint32_t>& values_before_line(std::uint32_t row) const;
  void fail(Error error) const;

  std::shared_ptr<const PartFile> part_;
  std::uint32_t block_ = 0;
  Day day_ = 0;
  std::shared_ptr<const BlockHeader> header_;
  std::shared_ptr<const PartShapes> shapes_;
  std::shared_ptr<const BlockLayout> layout_;
  mutable std::vector<std::shared_ptr<const LoadedChunk>> chunks_;  // by place in header_->chunks
  // For each column: its chunk; how many values a row of each shape has, once asked for; the row
  // that values_before was last asked for, and its answer: rows are mostly asked for in their order
  // or against it.
  struct Progress {
    const LoadedChunk* chunk = nullptr;  // once it was loaded
    std::vector<std::uint32_t> counts;
    std::uint32_t row = 0;
    std::uint32_t values = 0;
  };
  mutable std::vector<Progress> progress_;
  // By column of numbers: what numbers() has decoded.
  mutable std::array<std::vector<std::int64_t>, kFirstTextColumn> numbers_;
  // What values_before_line() said last. Lines are mostly asked for in their order, or against it.
  mutable std::vector<std::uint32_t> line_values_;
  mutable std::uint32_t line_row_ = 0;
  mutable unsigned sibling_depth_ = 0;
  mutable std::optional<Error> error_;
};

template <typename Visit>
void BlockReader::each_value(std::uint32_t column, Visit&& visit) const {
  const std::vector<std::uint32_t>& counts = counts_of(column);
  std::uint32_t index = 0;
  for (std::uint32_t row = 0; row < rows(); ++row) {
    for (std::uint32_t ordinal = 0; ordinal < counts[shape(row)]; ++ordinal, ++index) {
      visit(Place{row, ordinal, index});
    }
  }
}

}  // namespace fortnight::storage
