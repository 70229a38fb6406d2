#include "storage/part/block_reader.h"

#include <utility>

#include "storage/call/number_bounds.h"

namespace fortnight::storage {
namespace {

constexpr std::uint32_t column_of(FieldColumn column) { return static_cast<std::uint32_t>(column); }

bool possible(FieldColumn column, std::int64_t number) {
  switch (column) {
    case FieldColumn::status:
      return number >= 0 && number <= kMaxStatus;
    case FieldColumn::ts_digits:
      return number >= 0 && number <= kMaxTsDigits;
    default:
      return true;
  }
}

Error without_column() { return corrupt("block without a column that it must have"); }

}  // namespace

Result<std::unique_ptr<BlockReader>> BlockReader::open(std::shared_ptr<const PartFile> part,
                                                       std::uint32_t block) {
  FORTNIGHT_ASSIGN(auto header, part->header(block));
  FORTNIGHT_ASSIGN(auto shapes, part->shapes());
  const std::vector<ChunkEntry>& chunks = header->chunks;
  if (!chunks.empty() && chunks.back().column >= kFieldColumns + shapes->columns.size()) {
    return corrupt("block with a column that its part doesn't have");
  }
  FORTNIGHT_ASSIGN(auto layout, part->layout(block));
  return std::unique_ptr<BlockReader>(new BlockReader(std::move(part), block, std::move(header),
                                                      std::move(shapes), std::move(layout)));
}

BlockReader::BlockReader(std::shared_ptr<const PartFile> part, std::uint32_t block,
                         std::shared_ptr<const BlockHeader> header,
                         std::shared_ptr<const PartShapes> shapes,
                         std::shared_ptr<const BlockLayout> layout)
    : part_(std::move(part)),
      block_(block),
      header_(std::move(header)),
      shapes_(std::move(shapes)),
      layout_(std::move(layout)),
      positions_(shapes_, layout_),
      chunks_(header_->chunks.size()),
      loaded_(positions_.columns()) {}

void BlockReader::fail(Error error) const {
  if (!error_) error_ = std::move(error);
}

Result<void> BlockReader::status() const {
  if (error_) return *error_;
  return {};
}

Error BlockReader::damaged() const { return error_.value_or(without_column()); }

const LoadedChunk* BlockReader::load(std::uint32_t column) const {
  if (loaded_[column] != nullptr) return loaded_[column];
  const ChunkEntry* entry = header_->find(column);
  if (entry == nullptr) return nullptr;
  const bool field = column < kFieldColumns;
  auto chunk = part_->chunk(*entry, field ? rows() : positions_.count(column), [&] {
    return field ? layout_->shapes() : positions_.shapes_of_values(column);
  });
  if (!chunk) {
    fail(chunk.error());
    return nullptr;
  }
  auto& slot = chunks_[static_cast<std::size_t>(entry - header_->chunks.data())];
  slot = std::move(*chunk);
  return loaded_[column] = slot.get();
}

const TextChunk* BlockReader::text(std::uint32_t column) const {
  const LoadedChunk* chunk = load(column);
  return chunk == nullptr ? nullptr : chunk->text.get();
}

const TextChunk* BlockReader::required_text(std::uint32_t column) const {
  const TextChunk* chunk = text(column);
  if (chunk == nullptr) fail(without_column());
  return chunk;
}

Result<std::span<const std::int64_t>> BlockReader::numbers(FieldColumn column) const {
  std::vector<std::int64_t>& decoded = numbers_[column_of(column)];
  if (decoded.empty()) {
    const LoadedChunk* chunk = load(column_of(column));
    if (chunk == nullptr) return damaged();
    decoded = chunk->numbers->decode();
  }
  return std::span<const std::int64_t>(decoded);
}

std::vector<std::uint32_t> BlockReader::hole_columns() const {
  std::vector<std::uint32_t> columns;
  for (const ChunkEntry& entry : header_->chunks) {
    if (entry.column >= kFieldColumns) columns.push_back(entry.column);
  }
  return columns;
}

std::int64_t BlockReader::number_field(FieldColumn column, std::uint32_t row) const {
  const std::vector<std::int64_t>& decoded = numbers_[column_of(column)];
  const LoadedChunk* chunk = decoded.empty() ? load(column_of(column)) : nullptr;
  if (chunk == nullptr && decoded.empty()) {
    fail(without_column());
    return 0;
  }
  const std::int64_t number = decoded.empty() ? (*chunk->numbers)[row] : decoded[row];
  if (!possible(column, number)) {
    fail(corrupt("block with a number that no call has"));
    return 0;
  }
  return number;
}

void BlockReader::append_field(std::uint32_t column, std::uint32_t row, std::string& out) const {
  const TextChunk* chunk = required_text(column);
  if (chunk != nullptr) chunk->append({row, 0, row}, *this, out);
}

void BlockReader::append_text_field(TextField field, std::uint32_t row, std::string& out) const {
  append_field(column_of(field), row, out);
}

void BlockReader::append_extra_ids(std::uint32_t row, std::string& out) const {
  append_field(column_of(FieldColumn::extra_ids), row, out);
}

void BlockReader::append_sibling(std::uint32_t column, std::uint32_t row, std::uint32_t ordinal,
                                 std::string& out) const {
  // Writers make no cycles; a hostile file might.
  constexpr unsigned kMaxDepth = 32;
  if (column >= positions_.columns() || sibling_depth_ == kMaxDepth) {
    fail(corrupt("columns that repeat each other"));
    return;
  }
  const TextChunk* chunk = text(column);
  const bool field = column < kFieldColumns;
  const std::uint32_t count = field ? 1 : shape_of(row).count_of(column);
  if (chunk == nullptr || ordinal >= count) return;
  const std::uint32_t before = field ? row : positions_.before(column, row);
  ++sibling_depth_;
  chunk->append({row, ordinal, before + ordinal}, *this, out);
  --sibling_depth_;
}

}  // namespace fortnight::storage
