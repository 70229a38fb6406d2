// Where the values of a block's rows are in its columns of holes. A column has the values of all
// rows in order, and the shape of a row says how many of them are its own.
//
// Belongs to one query: not thread-safe, since it remembers its last results. Queries mostly ask
// for rows in ascending or descending order, so the next result is near.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "storage/encoding/text_chunk.h"
#include "storage/part/block_layout.h"
#include "storage/part/shapes.h"

namespace fortnight::storage {

// Every `column` is one of holes: kFieldColumns or greater, and one that the part has.
class ValuePositions {
 public:
  ValuePositions(std::shared_ptr<const PartShapes> shapes,
                 std::shared_ptr<const BlockLayout> layout);

  // The number of columns, with those of fields.
  [[nodiscard]] std::size_t columns() const { return progress_.size(); }
  // The number of the column's values in the block.
  [[nodiscard]] std::uint32_t count(std::uint32_t column) const;
  // The number of the column's values in the rows before `row`.
  [[nodiscard]] std::uint32_t before(std::uint32_t column, std::uint32_t row) const;
  // The same for every column. Valid until the next call.
  [[nodiscard]] const std::vector<std::uint32_t>& before_line(std::uint32_t row) const;
  // The shape of the row of each of the column's values.
  [[nodiscard]] std::vector<std::uint16_t> shapes_of_values(std::uint32_t column) const;
  // The rows of `values` of the column; both ascending.
  [[nodiscard]] std::vector<std::uint32_t> rows_of_values(
      std::uint32_t column, const std::vector<std::uint32_t>& values) const;
  // Calls `visit(place)` for each value of the column.
  template <typename Visit>
  void each_value(std::uint32_t column, Visit&& visit) const;

 private:
  // Of a column: the number of values in a row of each shape, if computed; the last row and result
  // of before().
  struct Progress {
    std::vector<std::uint32_t> counts;
    std::uint32_t row = 0;
    std::uint32_t values = 0;
  };

  [[nodiscard]] const std::vector<std::uint32_t>& counts_of(std::uint32_t column) const;
  [[nodiscard]] std::uint32_t shape(std::uint32_t row) const { return layout_->shapes()[row]; }

  std::shared_ptr<const PartShapes> shapes_;
  std::shared_ptr<const BlockLayout> layout_;
  mutable std::vector<Progress> progress_;  // by column
  // The last row and result of before_line().
  mutable std::vector<std::uint32_t> line_values_;
  mutable std::uint32_t line_row_ = 0;
};

template <typename Visit>
void ValuePositions::each_value(std::uint32_t column, Visit&& visit) const {
  const std::vector<std::uint32_t>& counts = counts_of(column);
  std::uint32_t index = 0;
  for (std::uint32_t row = 0; row < layout_->rows(); ++row) {
    for (std::uint32_t ordinal = 0; ordinal < counts[shape(row)]; ++ordinal, ++index) {
      visit(Place{row, ordinal, index});
    }
  }
}

}  // namespace fortnight::storage
