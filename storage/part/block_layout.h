// The shape of each row of a block, and how many rows of each shape precede a row. That determines
// where the values of a call are in the block's columns.
//
// Immutable, thread-safe, and cached, so that a block's layout is computed once for many queries.
#pragma once

#include <cstdint>
#include <vector>

#include "base/error.h"
#include "base/require.h"
#include "storage/encoding/number_chunk.h"

namespace fortnight::storage {

class BlockLayout {
 public:
  // Computes the layout from the block's column of shapes; the part has `part_shapes` shapes.
  static Result<BlockLayout> make(const NumberChunk& shapes, std::size_t part_shapes);

  [[nodiscard]] std::uint32_t rows() const { return static_cast<std::uint32_t>(shapes_.size()); }
  // The shape of each row, an index into the part's shapes.
  [[nodiscard]] const std::vector<std::uint16_t>& shapes() const { return shapes_; }
  // By the part's shapes: the number of the block's rows with that shape.
  [[nodiscard]] const std::vector<std::uint32_t>& rows_of() const { return rows_of_; }
  // The shapes that the block has, ascending.
  [[nodiscard]] const std::vector<std::uint16_t>& present() const { return present_; }

  // The last row up to `row` for which counts are stored.
  [[nodiscard]] std::uint32_t counted_row(std::uint32_t row) const { return row & ~(stride_ - 1); }
  // Whether counted_row(row) is nearer to `row` than `known` is.
  [[nodiscard]] bool counted_nearer(std::uint32_t row, std::uint32_t known) const {
    return (row & (stride_ - 1)) < (known < row ? row - known : known - row);
  }
  // Calls `visit(shape, rows)` for each shape of the block: `rows` rows before `counted` have it.
  // `counted` must come from counted_row().
  template <typename Visit>
  void each_before(std::uint32_t counted, Visit&& visit) const {
    FORTNIGHT_REQUIRE(counted == counted_row(counted) && counted < rows());
    const std::uint32_t* before = before_.data() + counted / stride_ * present_.size();
    for (const std::uint16_t shape : present_) visit(shape, *before++);
  }
  [[nodiscard]] std::size_t memory() const;

 private:
  std::uint32_t stride_ = 0;  // a power of two; larger if there are more shapes
  std::vector<std::uint16_t> shapes_;
  std::vector<std::uint32_t> rows_of_;
  std::vector<std::uint16_t> present_;
  std::vector<std::uint32_t> before_;  // by every stride_-th row and each present shape
};

}  // namespace fortnight::storage
