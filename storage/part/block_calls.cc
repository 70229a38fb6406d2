#include "storage/part/block_calls.h"

#include <algorithm>
#include <numeric>

#include "base/json_text.h"
#include "base/require.h"
#include "storage/part/extra_ids.h"

namespace fortnight::storage {
namespace {

void append_ids(const BlockReader& block, std::uint32_t row, CallRecord& record) {
  const PartShape& shape = block.shape_of(row);
  const std::vector<std::string>& kinds = block.shapes().kinds;
  std::string raw;
  std::string scratch;
  for (const Shape::IdHole& id : shape.shape.ids) {
    raw.clear();
    block.append_sibling(shape.columns[id.hole], row, shape.ordinal_of(id.hole), raw);
    if (!is_id(id.is_string, raw)) continue;
    record.ids.emplace_back(kinds[id.kind], decode_json_string(raw, scratch));
  }
  raw.clear();
  block.append_extra_ids(row, raw);
  each_extra_id(raw, kinds, [&](std::uint16_t kind, std::string_view id) {
    record.ids.emplace_back(kinds[kind], id);
  });
}

// Decodes calls in ascending order of their rows into a batch.
class CallDecoder {
 public:
  explicit CallDecoder(const BlockReader& block)
      : block_(block),
        in_batch_(block.shapes().shapes.size()),
        next_(block.positions().columns()),
        ordinals_(next_.size()),
        chunks_(next_.size()) {
    batch_.kinds = block.shapes().kinds;
    for (const std::uint16_t shape : block.layout().present()) {
      in_batch_[shape] = static_cast<std::uint32_t>(batch_.shapes.size());
      batch_.shapes.emplace_back(block.shared_shapes(), &block.shapes().shapes[shape].shape);
    }
  }

  Result<Batch> run(const std::vector<std::uint32_t>& rows) {
    FORTNIGHT_TRY(load());
    for (const std::uint32_t row : rows) {
      skip_to(row);
      FORTNIGHT_TRY(add(row));
      FORTNIGHT_TRY(block_.status());
    }
    return std::move(batch_);
  }

 private:
  // Columns are decoded whole where that is faster than value by value.
  Result<void> load() {
    for (const ChunkEntry& entry : block_.header().chunks) {
      if (entry.column >= kFirstTextColumn) chunks_[entry.column] = block_.text(entry.column);
    }
    for (const FieldColumn column : {FieldColumn::seq, FieldColumn::ts, FieldColumn::ts_digits,
                                     FieldColumn::duration, FieldColumn::status}) {
      FORTNIGHT_TRY(block_.numbers(column));
    }
    return block_.status();
  }

  void skip_to(std::uint32_t row) {
    for (; passed_ < row; ++passed_) {
      for (const auto& [column, count] : block_.shape_of(passed_).counts) next_[column] += count;
    }
  }

  Result<void> add(std::uint32_t row) {
    const PartShape& shape = block_.shape_of(row);
    Call call;
    call.ts = block_.number_field(FieldColumn::ts, row);
    call.seq = static_cast<std::uint64_t>(block_.number_field(FieldColumn::seq, row));
    call.ts_digits = static_cast<std::uint8_t>(block_.number_field(FieldColumn::ts_digits, row));
    call.duration_ns = block_.number_field(FieldColumn::duration, row);
    call.status = static_cast<std::int32_t>(block_.number_field(FieldColumn::status, row));
    call.shape = in_batch_[block_.shape(row)];
    call.values = static_cast<std::uint32_t>(batch_.text.size());
    for (const std::uint32_t column : shape.columns) {
      if (chunks_[column] == nullptr) return block_.damaged();
      const std::uint32_t ordinal = ordinals_[column]++;
      value_.clear();
      chunks_[column]->append({row, ordinal, next_[column] + ordinal}, block_, value_);
      append_value(batch_.text, value_);
    }
    for (const auto& [column, count] : shape.counts) ordinals_[column] = 0;
    for (std::size_t i = 0; i < kTextFields; ++i) {
      const auto offset = static_cast<std::uint32_t>(batch_.text.size());
      block_.append_text_field(static_cast<TextField>(i), row, batch_.text);
      call.text[i] = {offset, static_cast<std::uint32_t>(batch_.text.size() - offset)};
    }
    add_extra_ids(row, call);
    batch_.calls.push_back(call);
    return {};
  }

  void add_extra_ids(std::uint32_t row, Call& call) {
    value_.clear();
    block_.append_extra_ids(row, value_);
    call.extra_ids = static_cast<std::uint32_t>(batch_.extra_ids.size());
    each_extra_id(value_, batch_.kinds, [&](std::uint16_t kind, std::string_view id) {
      batch_.extra_ids.push_back({kind, append_value(batch_.text, id)});
      ++call.extra_id_count;
    });
  }

  const BlockReader& block_;
  Batch batch_;
  std::vector<std::uint32_t> in_batch_;  // by the part's shapes: the index in the batch's
  std::vector<std::uint32_t> next_;      // by column: the number of values before the row
  std::vector<std::uint32_t> ordinals_;  // by column; 0 between rows
  std::vector<const TextChunk*> chunks_;
  std::uint32_t passed_ = 0;
  std::string value_;
};

}  // namespace

void append_line(const BlockReader& block, std::uint32_t row, std::string& out) {
  const std::vector<std::uint32_t>& before = block.positions().before_line(row);
  const PartShape& shape = block.shape_of(row);
  const std::string& skeleton = shape.shape.skeleton;
  std::vector<std::uint32_t> ordinals(before.size());
  std::size_t from = 0;
  for (const std::uint32_t column : shape.columns) {
    const std::size_t hole = skeleton.find(kHole, from);
    out.append(skeleton, from, hole - from);
    from = hole + 1;
    const TextChunk* chunk = block.required_text(column);
    if (chunk == nullptr) return;
    const std::uint32_t ordinal = ordinals[column]++;
    chunk->append({row, ordinal, before[column] + ordinal}, block, out);
  }
  out.append(skeleton, from);
}

Result<CallRecord> read_record(const BlockReader& block, std::uint32_t row,
                               const CallQuery& wanted) {
  CallRecord record;
  record.ref = {block.part().footer().summary.day,
                static_cast<std::uint64_t>(block.number_field(FieldColumn::seq, row))};
  record.ts = block.number_field(FieldColumn::ts, row);
  record.ts_digits = static_cast<std::uint8_t>(block.number_field(FieldColumn::ts_digits, row));
  record.duration_ns = block.number_field(FieldColumn::duration, row);
  record.status = static_cast<std::int32_t>(block.number_field(FieldColumn::status, row));
  for (std::size_t i = 0; i < kTextFields; ++i) {
    if (wanted.fields[i]) block.append_text_field(static_cast<TextField>(i), row, record.text[i]);
  }
  if (wanted.with_ids) append_ids(block, row, record);
  if (wanted.with_line) append_line(block, row, record.line);
  FORTNIGHT_TRY(block.status());
  return record;
}

Result<Batch> decode_calls(const BlockReader& block, const std::vector<std::uint32_t>& rows) {
  FORTNIGHT_REQUIRE(std::is_sorted(rows.begin(), rows.end()));
  return CallDecoder(block).run(rows);
}

Result<Batch> decode_calls(const BlockReader& block) {
  std::vector<std::uint32_t> all(block.rows());
  std::iota(all.begin(), all.end(), 0U);
  return decode_calls(block, all);
}

Result<Batch> decode_calls(const std::shared_ptr<const PartFile>& part, std::uint32_t block) {
  FORTNIGHT_ASSIGN(const auto reader, BlockReader::open(part, block));
  return decode_calls(*reader);
}

}  // namespace fortnight::storage
