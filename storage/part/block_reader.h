// One block of a part, opened to read all its calls, or a few without decoding the others.
//
// Loads chunks on demand. Belongs to one query: not thread-safe.
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
#include "storage/query.h"

namespace fortnight::storage {

class BlockReader final : public RowSource {
 public:
  static Result<std::unique_ptr<BlockReader>> open(std::shared_ptr<const PartFile> part,
                                                   std::uint32_t block);

  [[nodiscard]] std::uint32_t rows() const { return header_->rows; }
  [[nodiscard]] const PartShapes& shapes() const { return *shapes_; }

  // Numbers and fields of a row. If a chunk can't be read, status() is an error from then on.
  [[nodiscard]] std::int64_t number_field(FieldColumn column, std::uint32_t row) const override;
  void append_text_field(TextField field, std::uint32_t row, std::string& out) const override;
  void append_sibling(std::uint32_t column, std::uint32_t row, std::uint32_t ordinal,
                      std::string& out) const override;
  [[nodiscard]] std::uint32_t shape(std::uint32_t row) const { return layout_->shapes()[row]; }
  // The number of values of a column in the rows before `row`.
  [[nodiscard]] std::uint32_t values_before(std::uint32_t column, std::uint32_t row) const;
  // A whole column of numbers; valid as long as the reader. Instants ascend. Calling it before many
  // calls of number_field() on the column makes those faster.
  Result<std::span<const std::int64_t>> numbers(FieldColumn column) const;
  // Null if the block has no value in the column, and on failure; status() then has the error.
  [[nodiscard]] const TextChunk* text(std::uint32_t column) const;
  [[nodiscard]] Result<void> status() const;

  // A text column's chunk as stored, and the number of its values.
  struct RawChunk {
    std::uint32_t column = 0;
    std::uint32_t values = 0;
    std::string_view bytes;
  };
  // The block's columns for which `wanted` is true, with checked checksums, ascending. Bypasses the
  // cache: reads into `bytes`, which must outlive the result.
  Result<std::vector<RawChunk>> raw_text(const std::function<bool(std::uint32_t column)>& wanted,
                                         std::string& bytes) const;
  [[nodiscard]] const PartFile& part() const { return *part_; }
  // The number of the block in the part.
  [[nodiscard]] std::uint32_t number() const { return block_; }
  // The block's entry in the part's block table.
  [[nodiscard]] const BlockEntry& entry() const { return part_->blocks()[block_]; }

  // The call as queries return it: what `wanted` asks for, except its pointers.
  Result<CallRecord> record(std::uint32_t row, const CallQuery& wanted) const;
  void append_line(std::uint32_t row, std::string& out) const;
  // All calls in the row form, with only the shapes that the block has.
  Result<Batch> decode() const;
  // The calls of `rows`, which must ascend.
  Result<Batch> decode(const std::vector<std::uint32_t>& rows) const;
  // Whether the row's line is stored whole.
  [[nodiscard]] bool plain(std::uint32_t row) const {
    return shape(row) == PartShapesBuilder::kPlain;
  }
  // The columns of holes that have values in this block.
  [[nodiscard]] std::vector<std::uint32_t> hole_columns() const;
  // Calls `visit(place)` for each value of a column of holes.
  template <typename Visit>
  void each_value(std::uint32_t column, Visit&& visit) const;
  // The error for a column that the block lacks although its shapes need it.
  [[nodiscard]] Error damaged() const;
  // Marks the rows with an ID that any of `patterns` matches. Its kind must be `name`; if that is
  // empty, any kind, including call_id.
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
  // The number of the column's values in the block.
  [[nodiscard]] std::uint32_t values_of(std::uint32_t column) const;
  const std::vector<std::uint32_t>& counts_of(std::uint32_t column) const;
  // The rows of `values` of a column of holes; both ascending.
  [[nodiscard]] std::vector<std::uint32_t> rows_of_values(
      std::uint32_t column, const std::vector<std::uint32_t>& values) const;
  // The shape of the row of each of the column's values.
  std::vector<std::uint16_t> value_shapes(std::uint32_t column) const;
  // By column: the number of values in the rows before `row`. Valid until the next call.
  const std::vector<std::uint32_t>& values_before_line(std::uint32_t row) const;
  void fail(Error error) const;

  std::shared_ptr<const PartFile> part_;
  std::uint32_t block_ = 0;
  Day day_ = 0;
  std::shared_ptr<const BlockHeader> header_;
  std::shared_ptr<const PartShapes> shapes_;
  std::shared_ptr<const BlockLayout> layout_;
  mutable std::vector<std::shared_ptr<const LoadedChunk>> chunks_;  // by index in header_->chunks
  // For each column: its chunk; the number of values in a row of each shape, if computed; the last
  // row and result of values_before(). Queries mostly ask for rows in ascending or descending
  // order, so the next result is near.
  struct Progress {
    const LoadedChunk* chunk = nullptr;  // once loaded
    std::vector<std::uint32_t> counts;
    std::uint32_t row = 0;
    std::uint32_t values = 0;
  };
  mutable std::vector<Progress> progress_;
  // By column of numbers: the values that numbers() has decoded.
  mutable std::array<std::vector<std::int64_t>, kFirstTextColumn> numbers_;
  // The last result of values_before_line(). Lines are mostly read in ascending or descending
  // order.
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
