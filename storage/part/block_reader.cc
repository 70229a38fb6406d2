#include "storage/part/block_reader.h"

#include <algorithm>
#include <numeric>

#include "base/checksum.h"
#include "base/json_text.h"
#include "storage/call/number_bounds.h"
#include "storage/part/extra_ids.h"

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

}  // namespace

Result<std::unique_ptr<BlockReader>> BlockReader::open(std::shared_ptr<const PartFile> part,
                                                       std::uint32_t block) {
  std::unique_ptr<BlockReader> reader(new BlockReader);
  reader->block_ = block;
  reader->day_ = part->footer().summary.day;
  FORTNIGHT_ASSIGN(reader->header_, part->header(block));
  FORTNIGHT_ASSIGN(reader->shapes_, part->shapes());
  reader->part_ = std::move(part);
  reader->progress_.resize(kFieldColumns + reader->shapes_->columns.size());
  const std::vector<ChunkEntry>& chunks = reader->header_->chunks;
  if (!chunks.empty() && chunks.back().column >= reader->progress_.size()) {
    return corrupt("block with a column that its part doesn't have");
  }
  reader->chunks_.resize(reader->header_->chunks.size());
  FORTNIGHT_ASSIGN(reader->layout_, reader->part_->layout(block));
  return reader;
}

void BlockReader::fail(Error error) const {
  if (!error_) error_ = std::move(error);
}

Result<void> BlockReader::status() const {
  if (error_) return *error_;
  return {};
}

const LoadedChunk* BlockReader::load(std::uint32_t column) const {
  if (progress_[column].chunk != nullptr) return progress_[column].chunk;
  const ChunkEntry* entry = header_->find(column);
  if (entry == nullptr) return nullptr;
  const std::uint32_t values = column < kFieldColumns ? rows() : values_of(column);
  auto chunk = part_->chunk(*entry, values, [this, column] { return value_shapes(column); });
  if (!chunk) {
    fail(chunk.error());
    return nullptr;
  }
  auto& slot = chunks_[static_cast<std::size_t>(entry - header_->chunks.data())];
  slot = std::move(*chunk);
  return progress_[column].chunk = slot.get();
}

const TextChunk* BlockReader::text(std::uint32_t column) const {
  const LoadedChunk* chunk = load(column);
  return chunk == nullptr ? nullptr : chunk->text.get();
}

Result<std::vector<BlockReader::RawChunk>> BlockReader::raw_text(
    const std::function<bool(std::uint32_t column)>& wanted, std::string& bytes) const {
  // If two chunks are at most this far apart, the bytes between them are read too: that is faster
  // than another read.
  constexpr std::uint64_t kGap = 4096;
  struct Run {
    std::uint64_t offset = 0;  // in the file
    std::uint64_t length = 0;
    std::size_t at = 0;  // in `bytes`
  };
  std::vector<Run> runs;
  // And the index of the run that contains it.
  std::vector<std::pair<const ChunkEntry*, std::size_t>> entries;
  for (const ChunkEntry& entry : header_->chunks) {
    if (entry.column < kFirstTextColumn || !wanted(entry.column)) continue;
    if (entry.column >= progress_.size()) return corrupt("block of an unknown column");
    if (runs.empty() || entry.offset - runs.back().offset > runs.back().length + kGap) {
      runs.push_back({entry.offset, 0, 0});
    }
    runs.back().length = entry.offset + entry.length - runs.back().offset;
    entries.emplace_back(&entry, runs.size() - 1);
  }
  std::size_t size = 0;
  for (Run& run : runs) {
    run.at = size;
    size += run.length;
  }
  bytes.resize(size + kPackPadding);
  for (const Run& run : runs) {
    FORTNIGHT_TRY(part_->read(run.offset, std::span(bytes.data() + run.at, run.length)));
  }
  std::vector<RawChunk> chunks;
  for (const auto& [entry, number] : entries) {
    const Run& run = runs[number];
    const std::string_view of =
        std::string_view(bytes).substr(run.at + (entry->offset - run.offset), entry->length);
    if (checksum32(of) != entry->checksum) return part_->damaged_chunk();
    const std::uint32_t values = entry->column < kFieldColumns ? rows() : values_of(entry->column);
    chunks.push_back({entry->column, values, of});
  }
  return chunks;
}

std::int64_t BlockReader::number_field(FieldColumn column, std::uint32_t row) const {
  const std::vector<std::int64_t>& decoded = numbers_[column_of(column)];
  const LoadedChunk* chunk = decoded.empty() ? load(column_of(column)) : nullptr;
  if (chunk == nullptr && decoded.empty()) {
    fail(corrupt("block without a column that every block has"));
    return 0;
  }
  const std::int64_t number = decoded.empty() ? (*chunk->numbers)[row] : decoded[row];
  if (!possible(column, number)) {
    fail(corrupt("block with a number that no call has"));
    return 0;
  }
  return number;
}

void BlockReader::append_text_field(TextField field, std::uint32_t row, std::string& out) const {
  const TextChunk* chunk = text(column_of(field));
  if (chunk == nullptr) {
    fail(corrupt("block without a column that every block has"));
    return;
  }
  chunk->append({row, 0, row}, *this, out);
}

std::uint32_t BlockReader::values_of(std::uint32_t column) const {
  std::uint32_t values = 0;
  for (const auto& [shape, holes] : shapes_->shapes_of[column - kFieldColumns]) {
    values += layout_->rows_of()[shape] * holes;
  }
  return values;
}

const std::vector<std::uint32_t>& BlockReader::counts_of(std::uint32_t column) const {
  std::vector<std::uint32_t>& counts = progress_[column].counts;
  if (counts.empty()) {
    counts.resize(shapes_->shapes.size());
    for (const auto& [shape, holes] : shapes_->shapes_of[column - kFieldColumns]) {
      counts[shape] = holes;
    }
  }
  return counts;
}

std::uint32_t BlockReader::values_before(std::uint32_t column, std::uint32_t row) const {
  const std::vector<std::uint32_t>& counts = counts_of(column);
  Progress& last = progress_[column];
  if (layout_->counted_nearer(row, last.row)) {
    last.row = layout_->counted_row(row);
    last.values = 0;
    layout_->each_before(last.row, [&](std::uint16_t shape, std::uint32_t rows) {
      last.values += counts[shape] * rows;
    });
  }
  while (last.row < row) last.values += counts[shape(last.row++)];
  while (last.row > row) last.values -= counts[shape(--last.row)];
  return last.values;
}

std::vector<std::uint16_t> BlockReader::value_shapes(std::uint32_t column) const {
  const std::vector<std::uint16_t>& shapes = layout_->shapes();
  if (column < kFieldColumns) return shapes;
  const std::vector<std::uint32_t>& counts = counts_of(column);
  const std::uint32_t values = values_of(column);
  // One more, for writes that are discarded.
  std::vector<std::uint16_t> of(values + std::size_t{1});
  std::uint16_t* next = of.data();
  for (const std::uint16_t shape : shapes) {
    // Written unconditionally, because a branch could not be predicted.
    *next = shape;
    if (counts[shape] > 1) std::fill_n(next, counts[shape], shape);
    next += counts[shape];
  }
  of.resize(values);
  return of;
}

void BlockReader::append_sibling(std::uint32_t column, std::uint32_t row, std::uint32_t ordinal,
                                 std::string& out) const {
  // Writers make no cycles; a hostile file might.
  constexpr unsigned kMaxDepth = 32;
  if (column >= progress_.size() || sibling_depth_ == kMaxDepth) {
    fail(corrupt("columns that repeat each other"));
    return;
  }
  const TextChunk* chunk = text(column);
  const bool field = column < kFieldColumns;
  const std::uint32_t count = field ? 1 : shape_of(row).count_of(column);
  if (chunk == nullptr || ordinal >= count) return;
  const std::uint32_t before = field ? row : values_before(column, row);
  ++sibling_depth_;
  chunk->append({row, ordinal, before + ordinal}, *this, out);
  --sibling_depth_;
}

Result<std::span<const std::int64_t>> BlockReader::numbers(FieldColumn column) const {
  std::vector<std::int64_t>& decoded = numbers_[column_of(column)];
  if (decoded.empty()) {
    const LoadedChunk* chunk = load(column_of(column));
    if (chunk == nullptr) {
      return error_.value_or(corrupt("block without a column that every block has"));
    }
    decoded = chunk->numbers->decode();
  }
  return std::span<const std::int64_t>(decoded);
}

const std::vector<std::uint32_t>& BlockReader::values_before_line(std::uint32_t row) const {
  line_values_.resize(kFieldColumns + shapes_->columns.size());
  if (layout_->counted_nearer(row, line_row_)) {
    line_row_ = layout_->counted_row(row);
    std::fill(line_values_.begin(), line_values_.end(), 0);
    layout_->each_before(line_row_, [&](std::uint16_t shape, std::uint32_t rows) {
      if (rows == 0) return;
      for (const auto& [column, count] : shapes_->shapes[shape].counts) {
        line_values_[column] += count * rows;
      }
    });
  }
  for (; line_row_ < row; ++line_row_) {
    for (const auto& [column, count] : shape_of(line_row_).counts) {
      line_values_[column] += count;
    }
  }
  while (line_row_ > row) {
    --line_row_;
    for (const auto& [column, count] : shape_of(line_row_).counts) {
      line_values_[column] -= count;
    }
  }
  return line_values_;
}

void BlockReader::append_line(std::uint32_t row, std::string& out) const {
  const std::vector<std::uint32_t>& before = values_before_line(row);
  const PartShape& shape = shape_of(row);
  const std::string& skeleton = shape.shape.skeleton;
  std::vector<std::uint32_t> ordinals(before.size());
  std::size_t from = 0;
  for (const std::uint32_t column : shape.columns) {
    const std::size_t hole = skeleton.find(kHole, from);
    out.append(skeleton, from, hole - from);
    from = hole + 1;
    const TextChunk* chunk = text(column);
    if (chunk == nullptr) {
      fail(corrupt("block without a column of its shapes"));
      return;
    }
    const std::uint32_t ordinal = ordinals[column]++;
    chunk->append({row, ordinal, before[column] + ordinal}, *this, out);
  }
  out.append(skeleton, from);
}

void BlockReader::append_extra(std::uint32_t row, std::string& out) const {
  const TextChunk* chunk = text(column_of(FieldColumn::extra_ids));
  if (chunk == nullptr) {
    fail(corrupt("block without a column that every block has"));
    return;
  }
  chunk->append({row, 0, row}, *this, out);
}

void BlockReader::append_ids(std::uint32_t row, CallRecord& record) const {
  const PartShape& shape = shape_of(row);
  std::string raw;
  std::string scratch;
  for (const Shape::IdHole& id : shape.shape.ids) {
    const std::uint32_t column = shape.columns[id.hole];
    const std::uint32_t ordinal = shape.ordinal_of(id.hole);
    raw.clear();
    append_sibling(column, row, ordinal, raw);
    if (!is_id(id.is_string, raw)) continue;
    record.ids.emplace_back(shapes_->kinds[id.kind], decode_json_string(raw, scratch));
  }
  raw.clear();
  append_extra(row, raw);
  each_extra_id(raw, shapes_->kinds, [&](std::uint16_t kind, std::string_view id) {
    record.ids.emplace_back(shapes_->kinds[kind], id);
  });
}

Result<CallRecord> BlockReader::record(std::uint32_t row, const CallQuery& wanted) const {
  CallRecord record;
  record.ref = {day_, static_cast<std::uint64_t>(number_field(FieldColumn::seq, row))};
  record.ts = number_field(FieldColumn::ts, row);
  record.ts_digits = static_cast<std::uint8_t>(number_field(FieldColumn::ts_digits, row));
  record.duration_ns = number_field(FieldColumn::duration, row);
  record.status = static_cast<std::int32_t>(number_field(FieldColumn::status, row));
  for (std::size_t i = 0; i < kTextFields; ++i) {
    if (wanted.fields[i]) append_text_field(static_cast<TextField>(i), row, record.text[i]);
  }
  if (wanted.with_ids) append_ids(row, record);
  if (wanted.with_line) append_line(row, record.line);
  if (error_) return *error_;
  return record;
}

Result<Batch> BlockReader::decode() const {
  std::vector<std::uint32_t> all(rows());
  std::iota(all.begin(), all.end(), 0U);
  return decode(all);
}

Result<Batch> BlockReader::decode(const std::vector<std::uint32_t>& wanted) const {
  Batch batch;
  batch.kinds = shapes_->kinds;
  std::vector<std::uint32_t> in_batch(shapes_->shapes.size());
  for (const std::uint16_t shape : layout_->present()) {
    in_batch[shape] = static_cast<std::uint32_t>(batch.shapes.size());
    batch.shapes.emplace_back(shapes_, &shapes_->shapes[shape].shape);
  }
  std::vector<std::uint32_t> next(kFieldColumns + shapes_->columns.size());
  std::vector<std::uint32_t> ordinals(next.size());
  std::vector<const TextChunk*> of(next.size());
  for (const ChunkEntry& entry : header_->chunks) {
    if (entry.column >= kFirstTextColumn && entry.column < of.size())
      of[entry.column] = text(entry.column);
  }
  for (const FieldColumn column : {FieldColumn::seq, FieldColumn::ts, FieldColumn::ts_digits,
                                   FieldColumn::duration, FieldColumn::status}) {
    FORTNIGHT_TRY(numbers(column));
  }
  if (error_) return *error_;
  std::string value;
  std::uint32_t passed = 0;
  for (const std::uint32_t row : wanted) {
    if (error_) break;
    for (; passed < row; ++passed) {
      for (const auto& [column, count] : shape_of(passed).counts) {
        next[column] += count;
      }
    }
    const PartShape& shape = shape_of(row);
    Call call;
    call.ts = number_field(FieldColumn::ts, row);
    call.seq = static_cast<std::uint64_t>(number_field(FieldColumn::seq, row));
    call.ts_digits = static_cast<std::uint8_t>(number_field(FieldColumn::ts_digits, row));
    call.duration_ns = number_field(FieldColumn::duration, row);
    call.status = static_cast<std::int32_t>(number_field(FieldColumn::status, row));
    call.shape = in_batch[layout_->shapes()[row]];
    call.values = static_cast<std::uint32_t>(batch.text.size());
    for (const std::uint32_t column : shape.columns) {
      if (of[column] == nullptr) return corrupt("block without a column of its shapes");
      const std::uint32_t ordinal = ordinals[column]++;
      value.clear();
      of[column]->append({row, ordinal, next[column] + ordinal}, *this, value);
      append_value(batch.text, value);
    }
    for (const auto& [column, count] : shape.counts) ordinals[column] = 0;
    for (std::size_t i = 0; i < kTextFields; ++i) {
      const auto offset = static_cast<std::uint32_t>(batch.text.size());
      append_text_field(static_cast<TextField>(i), row, batch.text);
      call.text[i] = {offset, static_cast<std::uint32_t>(batch.text.size() - offset)};
    }
    value.clear();
    append_extra(row, value);
    call.extra_ids = static_cast<std::uint32_t>(batch.extra_ids.size());
    each_extra_id(value, shapes_->kinds, [&](std::uint16_t kind, std::string_view id) {
      batch.extra_ids.push_back({kind, append_value(batch.text, id)});
      ++call.extra_id_count;
    });
    batch.calls.push_back(call);
  }
  if (error_) return *error_;
  return batch;
}

std::vector<std::uint32_t> BlockReader::hole_columns() const {
  std::vector<std::uint32_t> columns;
  for (const ChunkEntry& entry : header_->chunks) {
    if (entry.column >= kFieldColumns) columns.push_back(entry.column);
  }
  return columns;
}

Error BlockReader::damaged() const {
  return error_.value_or(corrupt("block without a column of its shapes"));
}

}  // namespace fortnight::storage
