// One block of a part, opened to read some of its values without decoding the others.
//
//   BlockReader      chunks, loaded on demand; the values of fields
//   ValuePositions   where a row's values are in their columns
//   block_calls.h    whole calls
//   id_search.h      rows with an ID
//   raw_chunks.h     chunks as stored
//
// Belongs to one query: not thread-safe.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "storage/encoding/text_chunk.h"
#include "storage/part/file.h"
#include "storage/part/value_positions.h"

namespace fortnight::storage {

class BlockReader final : public RowSource {
 public:
  static Result<std::unique_ptr<BlockReader>> open(std::shared_ptr<const PartFile> part,
                                                   std::uint32_t block);

  [[nodiscard]] const PartFile& part() const { return *part_; }
  // The number of the block in the part, and its entry in the part's block table.
  [[nodiscard]] std::uint32_t number() const { return block_; }
  [[nodiscard]] const BlockEntry& entry() const { return part_->blocks()[block_]; }
  [[nodiscard]] const BlockHeader& header() const { return *header_; }
  [[nodiscard]] std::uint32_t rows() const { return header_->rows; }

  // ---- shapes ----
  [[nodiscard]] const PartShapes& shapes() const { return *shapes_; }
  // For what outlives the reader.
  [[nodiscard]] const std::shared_ptr<const PartShapes>& shared_shapes() const { return shapes_; }
  [[nodiscard]] const BlockLayout& layout() const { return *layout_; }
  [[nodiscard]] const ValuePositions& positions() const { return positions_; }
  [[nodiscard]] std::uint32_t shape(std::uint32_t row) const { return layout_->shapes()[row]; }
  [[nodiscard]] const PartShape& shape_of(std::uint32_t row) const {
    return shapes_->shapes[shape(row)];
  }
  // Whether the row's line is stored whole.
  [[nodiscard]] bool plain(std::uint32_t row) const {
    return shape(row) == PartShapesBuilder::kPlain;
  }

  // ---- columns ----
  // Null if the block has no value in the column, and on failure; status() then has the error.
  [[nodiscard]] const TextChunk* text(std::uint32_t column) const;
  // The same, for a column that the block must have: null only on failure.
  [[nodiscard]] const TextChunk* required_text(std::uint32_t column) const;
  // A whole column of numbers; valid as long as the reader. Instants ascend. Calling it before many
  // calls of number_field() on the column makes those faster.
  Result<std::span<const std::int64_t>> numbers(FieldColumn column) const;
  // The columns of holes that have values in this block.
  [[nodiscard]] std::vector<std::uint32_t> hole_columns() const;

  // ---- values of a row: if a chunk can't be read, status() is an error from then on ----
  [[nodiscard]] std::int64_t number_field(FieldColumn column, std::uint32_t row) const override;
  void append_text_field(TextField field, std::uint32_t row, std::string& out) const override;
  // IDs that are not in the line; see extra_ids.h.
  void append_extra_ids(std::uint32_t row, std::string& out) const;
  void append_sibling(std::uint32_t column, std::uint32_t row, std::uint32_t ordinal,
                      std::string& out) const override;

  // The first failure.
  [[nodiscard]] Result<void> status() const;
  // The same where there must be one: status(), or the error for a column that the block lacks.
  [[nodiscard]] Error damaged() const;

 private:
  BlockReader(std::shared_ptr<const PartFile> part, std::uint32_t block,
              std::shared_ptr<const BlockHeader> header, std::shared_ptr<const PartShapes> shapes,
              std::shared_ptr<const BlockLayout> layout);
  const LoadedChunk* load(std::uint32_t column) const;
  void append_field(std::uint32_t column, std::uint32_t row, std::string& out) const;
  void fail(Error error) const;

  std::shared_ptr<const PartFile> part_;
  std::uint32_t block_ = 0;
  std::shared_ptr<const BlockHeader> header_;
  std::shared_ptr<const PartShapes> shapes_;
  std::shared_ptr<const BlockLayout> layout_;
  ValuePositions positions_;
  mutable std::vector<std::shared_ptr<const LoadedChunk>> chunks_;  // by index in header_->chunks
  mutable std::vector<const LoadedChunk*> loaded_;                  // by column; null: not yet
  // By column of numbers: the values that numbers() has decoded.
  mutable std::array<std::vector<std::int64_t>, kFirstTextColumn> numbers_;
  mutable unsigned sibling_depth_ = 0;
  mutable std::optional<Error> error_;
};

}  // namespace fortnight::storage
