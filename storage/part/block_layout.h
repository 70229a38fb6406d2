// Which shape each row of a block has, and how many rows of each shape stand before a row: what
// says where in its columns a call's values are.
//
// Immutable, thread-safe, and cached, so that a block is laid out once for many queries.
#pragma once

#include <cstdint>
#include <vector>

#include "base/error.h"
#include "storage/encoding/number_chunk.h"

namespace fortnight::storage {

class BlockLayout {
 public:
  // From the block's column of shapes, in a part that has `part_shapes` of them.
  static Result<BlockLayout> make(const NumberChunk& shapes, std::size_t part_shapes);

  [[nodiscard]] std::uint32_t rows() const { return static_cast<std::uint32_t>(shapes_.size()); }
  // The shape of each row, an index into the part's shapes.
  [[nodiscard]] const std::vector<std::uint16_t>& shapes() const { return shapes_; }
  // By the part's shapes: how many of the block's rows have it.
  [[nodiscard]] const std::vector<std::uint32_t>& rows_of() const { return rows_of_; }
  // The shapes that the block has, ascending.
  [[nodiscard]] const std::vector<std::uint16_t>& present() const { return present_; }

  // The last row up to `row` at which rows are counted.
  [[nodiscard]] std::uint32_t counted_row(std::uint32_t row) const { return row & ~(stride_ - 1); }
  // Whether counted_row(row) is nearer to `row` than `known` is.
  [[nodiscard]] bool counted_nearer(std::uint32_t row, std::uint32_t known) const {
    return (row & (stride_ - 1)) < (known < row ? row - known : known - row);
  }
  // Calls `visit(shape, rows)` for each shape that the block has, with how many rows of it stand
  // before `counted`, which counted_row() gave.
  template <typename Visit>
  void each_before(std::uint32_t counted, Visit&& visit) const {
    const std::uint32_t* before = before_.data() + counted / stride_ * present_.size();
    for (const std::uint16_t shape : present_) visit(shape, *before++);
  }
  [[nodiscard]] std::size_t memory() const;

 private:
  std::uint32_t stride_ = 0;  // a power of two, the greater the more shapes there are
  std::vector<std::uint16_t> shapes_;
  std::vector<std::uint32_t> rows_of_;
  std::vector<std::uint16_t> present_;
  std::vector<std::uint32_t> before_;  // by every stride_-th row and shape that is present
};

}  // namespace fortnight::storage
