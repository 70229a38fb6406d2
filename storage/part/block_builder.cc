#include "storage/part/block_builder.h"

#include <algorithm>
#include <optional>

#include "base/bytes.h"
#include "base/checksum.h"
#include "base/json_text.h"
#include "storage/encoding/number_chunk.h"
#include "storage/packing/limits.h"
#include "storage/part/id_index.h"

namespace fortnight::storage {
namespace {

// Key indices need every key's values numbered, so dictionaries of keys have room for all values
// that intake's caps allow.
constexpr std::size_t kKeyEntries = 2U << 20;
constexpr std::size_t kKeyBytes = 128U << 20;
// Dictionaries of other columns: large enough for words and names, small enough to read for a
// single call.
constexpr std::size_t kEntries = 1U << 14;
constexpr std::size_t kWords = 1U << 16;
constexpr std::size_t kWordBytes = 1U << 20;
constexpr std::size_t kBytes = 512U << 10;

constexpr auto kPath = static_cast<std::uint32_t>(FieldColumn::path);

// The places of values that belong to these rows.
std::vector<Place> places_of(const std::vector<std::uint32_t>& rows) {
  std::vector<Place> places;
  places.reserve(rows.size());
  for (std::uint32_t i = 0; i < rows.size(); ++i) {
    const bool same_row = i > 0 && rows[i] == rows[i - 1];
    places.push_back({rows[i], same_row ? places.back().ordinal + 1 : 0, i});
  }
  return places;
}

// The classes of characters in a chunk's values. With the fast effort, values with dictionary codes
// count as having all classes of the dictionary, so that no byte is classified twice.
CharacterClasses characters_of(const ColumnInput& input, std::string_view chunk) {
  switch (static_cast<Encoding>(chunk.front())) {
    case Encoding::constant:
    case Encoding::shared_constant:
      return CharacterClasses::of((*input.values)[0]);
    case Encoding::dictionary:
      if (input.effort == Effort::fast) return input.dictionary->characters();
      break;
    default:
      break;
  }
  return CharacterClasses::of(input.values->bytes());
}

// Notes the field whose value is in this hole of the shape.
void hint_at(std::vector<std::optional<FieldHint>>& hints, const PartShape& shape,
             std::int32_t hole, const FieldHint& hint) {
  if (hole == kNoHole) return;
  auto& known = hints[shape.columns[static_cast<std::size_t>(hole)] - kFieldColumns];
  if (!known) known = hint;
}

}  // namespace

BlockBuilder::BlockBuilder(Effort effort, DictionarySet& dictionaries,
                           std::shared_ptr<PartMemory> memory)
    : effort_(effort), dictionaries_(dictionaries), memory_(std::move(memory)) {
  for (std::size_t i = 0; i < kKeyFields.size(); ++i) {
    keys_[i].dictionary = &dictionaries.of(column_of(kKeyFields[i]));
  }
}

DictionaryBuilder& DictionarySet::of(std::uint32_t column) {
  const bool key = std::any_of(kKeyFields.begin(), kKeyFields.end(),
                               [&](TextField field) { return column == column_of(field); });
  if (column == kWordsDictionary) {
    return builders_.try_emplace(column, kWords, kWordBytes).first->second;
  }
  return builders_.try_emplace(column, key ? kKeyEntries : kEntries, key ? kKeyBytes : kBytes)
      .first->second;
}

void BlockBuilder::add_columns(const PartShapes& shapes) {
  for (std::size_t i = columns_.size(); i < shapes.columns.size(); ++i) {
    const HoleColumn& hole = shapes.columns[i];
    // Sizes are remembered by path, since the column's number differs between parts.
    Column& column = columns_.emplace_back();
    column.place = (hole.is_string ? "s" : "n") + hole.path;
    column.expected = memory_->sizes.of(column.place);
    column.values.reserve(column.expected.values, column.expected.bytes);
    column.rows.reserve(column.expected.values);
  }
}

// A block of a few huge values doesn't predict the sizes of later blocks.
void BlockBuilder::note_sizes() {
  if (line_bytes_ >= kBlockLineBytes) return;
  for (Column& column : columns_) {
    const ColumnSizes::Size size{static_cast<std::uint32_t>(column.values.size()),
                                 static_cast<std::uint32_t>(column.values.bytes().size())};
    if (column.expected.holds(size)) continue;
    column.expected = {std::max(column.expected.values, size.values),
                       std::max(column.expected.bytes, size.bytes)};
    memory_->sizes.set(column.place, column.expected);
  }
}

void BlockBuilder::add_plain(const Batch& batch, const Call& call, const PartShape& plain,
                             PartShapesBuilder& shapes) {
  scratch_.clear();
  append_line(batch, call, scratch_);
  line_bytes_ += scratch_.size();
  hole_column(plain.columns[0]).add(rows(), scratch_);
  scratch_.clear();
  ByteWriter writer(scratch_);
  for_each_id(batch, call, [&](std::string_view kind, std::string_view value) {
    writer.varint(shapes.intern_kind(kind));
    writer.text(value);
    last_ids_.push_back(id_hash(value));
  });
}

// Values are walked once, and IDs are collected on the way.
void BlockBuilder::add_values(const Batch& batch, const Call& call, const PartShape& shape) {
  const std::uint32_t row = rows();
  ValueCursor values(batch, call);
  line_bytes_ += shape.shape.skeleton.size() - shape.shape.holes;
  const std::vector<Shape::IdHole>& ids = shape.shape.ids;
  const std::int32_t call_id = shape.shape.text_holes[static_cast<std::size_t>(TextField::call_id)];
  auto id = ids.begin();
  for (std::uint32_t hole = 0; hole < shape.columns.size(); ++hole) {
    const std::string_view value = values.next();
    line_bytes_ += value.size();
    Column& column = hole_column(shape.columns[hole]);
    column.add(row, value);
    bool is_known = static_cast<std::int32_t>(hole) == call_id;
    for (; id != ids.end() && id->hole == hole; ++id) {
      if (!is_id(id->is_string, value)) continue;
      last_ids_.push_back(id_hash(decode_json_string(value, decoded_)));
      is_known = true;
    }
    column.ids += is_known ? 1 : 0;
  }
}

// Appends the IDs that aren't holes of the call's shape to scratch_.
void BlockBuilder::add_extra_ids(const Batch& batch, const Call& call, PartShapesBuilder& shapes) {
  ByteWriter writer(scratch_);
  for (std::uint32_t i = 0; i < call.extra_id_count; ++i) {
    const ExtraId& id = batch.extra_ids[call.extra_ids + i];
    const std::string_view value = batch.view(id.value);
    writer.varint(shapes.intern_kind(batch.kinds[id.kind]));
    writer.text(value);
    last_ids_.push_back(id_hash(value));
  }
}

void BlockBuilder::add(const Batch& batch, const Call& call, std::uint32_t shape,
                       PartShapesBuilder& shapes) {
  last_ids_.clear();
  const std::string_view call_id = batch.field(call, TextField::call_id);
  if (!call_id.empty()) last_ids_.push_back(id_hash(call_id));
  const PartShape& in_part = shapes.shapes().shapes[shape];
  add_columns(shapes.shapes());
  if (shape == PartShapesBuilder::kPlain) {
    add_plain(batch, call, in_part, shapes);
  } else {
    scratch_.clear();
    add_values(batch, call, in_part);
    add_extra_ids(batch, call, shapes);
  }
  extra_ids_.add(scratch_);
  for (std::size_t i = 0; i < kTextFields; ++i) text_[i].add(batch.view(call.text[i]));
  seq_.push_back(static_cast<std::int64_t>(call.seq));
  ts_digits_.push_back(call.ts_digits);
  duration_.push_back(call.duration_ns);
  status_.push_back(call.status);
  shape_.push_back(shape);
  ts_.push_back(call.ts);
}

void BlockBuilder::number_keys() {
  for (std::size_t i = 0; i < kKeyFields.size(); ++i) {
    Key& key = keys_[i];
    const Strings& values = text_[static_cast<std::size_t>(kKeyFields[i])];
    key.codes.reserve(values.size());
    for (std::size_t row = 0; row < values.size() && !key.full; ++row) {
      const auto code = key.dictionary->intern(values[row]);
      key.full = !code;
      if (code) key.codes.push_back(*code);
    }
    if (key.full) key.codes.clear();
  }
}

KeyedCalls BlockBuilder::keyed() const {
  const auto key = [&](TextField field) {
    const auto at = std::find(kKeyFields.begin(), kKeyFields.end(), field) - kKeyFields.begin();
    const Key& of = keys_[static_cast<std::size_t>(at)];
    return KeyedCalls::Key{.values = &text_[static_cast<std::size_t>(field)],
                           .names = &of.dictionary->entries(),
                           .codes = of.codes};
  };
  return {.account = key(TextField::account),
          .endpoint = key(TextField::endpoint),
          .method = key(TextField::method),
          .revision = key(TextField::revision),
          .ts = ts_,
          .duration_ns = duration_,
          .status = status_};
}

// The values of a text column with one value per row; null for other columns.
const Strings* BlockBuilder::field_values(std::uint32_t column) const {
  if (column == static_cast<std::uint32_t>(FieldColumn::extra_ids)) return &extra_ids_;
  const bool text = column >= kFirstTextColumn && column < kFirstTextColumn + kTextFields;
  return text ? &text_[column - kFirstTextColumn] : nullptr;
}

// For each column of holes, the field that its values repeat. If shapes disagree, the first of the
// block's shapes decides.
std::vector<FieldHint> BlockBuilder::hints_of(const PartShapes& shapes) const {
  std::vector<std::optional<FieldHint>> found(columns_.size());
  std::vector<bool> present(shapes.shapes.size());
  for (const std::int64_t shape : shape_) present[static_cast<std::size_t>(shape)] = true;
  for (std::size_t i = 0; i < shapes.shapes.size(); ++i) {
    if (!present[i]) continue;
    const PartShape& shape = shapes.shapes[i];
    const Shape& s = shape.shape;
    for (std::size_t field = 0; field < kTextFields; ++field) {
      const auto column = static_cast<FieldColumn>(kFirstTextColumn + field);
      hint_at(found, shape, s.text_holes[field], {.column = column});
    }
    hint_at(found, shape, s.ts_hole, {.column = FieldColumn::ts, .time = s.ts_text});
    hint_at(found, shape, s.status_hole, {.column = FieldColumn::status});
    hint_at(found, shape, s.duration_hole,
            {.column = FieldColumn::duration, .unit = s.duration_unit});
  }
  std::vector<FieldHint> hints;
  for (const auto& hint : found) hints.push_back(hint.value_or(FieldHint{}));
  return hints;
}

void BlockBuilder::add_text_job(std::uint32_t column, std::string place, const Strings& values,
                                const std::vector<std::uint32_t>* rows, const FieldHint& hint,
                                std::span<const std::uint32_t> codes) {
  ColumnInput input;
  input.column = column;
  input.values = &values;
  input.hint = hint;
  input.hinted = field_values(static_cast<std::uint32_t>(hint.column));
  input.dictionary = &dictionaries_.of(column);
  input.codes = codes;
  input.rows = this;
  input.shape_of_row = shape_;
  input.effort = effort_;
  input.memory = &memory_->choices;
  input.memory_key = std::move(place);
  const bool sealed = effort_ == Effort::sealed;
  if (sealed) input.words = &dictionaries_.of(kWordsDictionary);
  if (sealed && (column >= kFieldColumns || column == kPath)) input.siblings = &siblings_;
  jobs_.add(column, [this, input = std::move(input), rows, sealed](std::string& chunk) mutable {
    std::vector<Place> places;
    if (rows != nullptr) places = places_of(*rows);
    input.places = rows == nullptr ? std::span(row_places_).first(this->rows()) : places;
    encode_text(input, chunk);
    if (sealed) siblings_.add(input.column, *input.values, input.places);
    return characters_of(input, chunk);
  });
}

// A column may repeat only columns that were encoded before it, so that reading terminates. The
// order is: the fields except path, then holes from which no field is taken, then path, then the
// other holes. A sealed part is encoded by one thread in this order; with the fast effort no column
// repeats another.
void BlockBuilder::add_text_jobs() {
  siblings_.reset(rows());
  for (auto row = static_cast<std::uint32_t>(row_places_.size()); row < rows(); ++row) {
    row_places_.push_back({row, 0, row});
  }
  const auto add_field = [&](std::uint32_t column, const Strings& values,
                             std::span<const std::uint32_t> codes = {}) {
    add_text_job(column, std::to_string(column), values, nullptr, {}, codes);
  };
  for (std::uint32_t i = 0; i < kTextFields; ++i) {
    const auto key = std::find(kKeyFields.begin(), kKeyFields.end(), static_cast<TextField>(i));
    if (key != kKeyFields.end()) {
      add_field(kFirstTextColumn + i, text_[i],
                key_codes(static_cast<std::size_t>(key - kKeyFields.begin())));
    } else if (kFirstTextColumn + i != kPath) {
      add_field(kFirstTextColumn + i, text_[i]);
    }
  }
  add_field(static_cast<std::uint32_t>(FieldColumn::extra_ids), extra_ids_);
  const auto add_holes = [&](bool hinted) {
    for (std::uint32_t i = 0; i < columns_.size(); ++i) {
      const Column& column = columns_[i];
      if (column.values.empty() || (hints_[i] != FieldHint{}) != hinted) continue;
      add_text_job(kFieldColumns + i, column.place, column.values, &column.rows, hints_[i], {});
    }
  };
  add_holes(false);
  add_field(kPath, text_[kPath - kFirstTextColumn]);
  add_holes(true);
}

void BlockBuilder::close(const PartShapes& shapes) {
  hints_ = hints_of(shapes);
  note_sizes();
}

void BlockBuilder::prepare() {
  number_keys();
  const auto add_numbers = [&](FieldColumn column, const std::vector<std::int64_t>& values) {
    jobs_.add(static_cast<std::uint32_t>(column), [&values](std::string& chunk) {
      encode_numbers(values, chunk);
      return CharacterClasses();
    });
  };
  add_numbers(FieldColumn::seq, seq_);
  add_numbers(FieldColumn::ts, ts_);
  add_numbers(FieldColumn::ts_digits, ts_digits_);
  add_numbers(FieldColumn::duration, duration_);
  add_numbers(FieldColumn::status, status_);
  add_numbers(FieldColumn::shape, shape_);
  add_text_jobs();
  jobs_.start();
}

void BlockBuilder::collect_terms(const PartShapes& shapes, TermCollector& terms) const {
  terms.leave_out(shapes.shapes[PartShapesBuilder::kPlain].columns[0] - kFieldColumns);
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const Column& column = columns_[i];
    const bool ids = column.ids == column.values.size();
    terms.add(i, column.values, shapes.columns[i].is_string, ids);
  }
}

BlockEntry BlockBuilder::finish(std::string& out, CharacterTableBuilder& characters) {
  const std::size_t begin = out.size();
  BlockEntry entry;
  entry.header_bytes = static_cast<std::uint32_t>(jobs_.write(rows(), out, characters));
  entry.header_checksum = checksum32(std::string_view(out).substr(begin, entry.header_bytes));
  entry.bytes = out.size() - begin;
  entry.rows = rows();
  entry.line_bytes = line_bytes_;
  entry.min_ts = *std::min_element(ts_.begin(), ts_.end());
  entry.max_ts = *std::max_element(ts_.begin(), ts_.end());
  entry.min_seq = static_cast<std::uint64_t>(*std::min_element(seq_.begin(), seq_.end()));
  entry.max_seq = static_cast<std::uint64_t>(*std::max_element(seq_.begin(), seq_.end()));
  clear();
  return entry;
}

void BlockBuilder::clear() {
  // Memory is kept for the next block, unless a few huge values took it.
  const bool keeps = line_bytes_ < kBlockLineBytes;
  line_bytes_ = 0;
  for (auto* numbers : {&seq_, &ts_, &ts_digits_, &duration_, &status_, &shape_}) numbers->clear();
  for (Strings& field : text_) field.clear();
  for (Key& key : keys_) key.codes.clear();
  extra_ids_.clear();
  for (Column& column : columns_) {
    if (!keeps) column.values = {};
    column.values.clear();
    column.rows.clear();
    column.ids = 0;
  }
}

void BlockBuilder::append_text_field(TextField field, std::uint32_t row, std::string& out) const {
  out.append(text_[static_cast<std::size_t>(field)][row]);
}

std::int64_t BlockBuilder::number_field(FieldColumn column, std::uint32_t row) const {
  switch (column) {
    case FieldColumn::seq:
      return seq_[row];
    case FieldColumn::ts:
      return ts_[row];
    case FieldColumn::ts_digits:
      return ts_digits_[row];
    case FieldColumn::duration:
      return duration_[row];
    case FieldColumn::status:
      return status_[row];
    default:
      return shape_[row];
  }
}

void BlockBuilder::append_sibling(std::uint32_t column, std::uint32_t row, std::uint32_t ordinal,
                                  std::string& out) const {
  if (const Strings* field = field_values(column); field != nullptr) {
    if (ordinal == 0) out.append((*field)[row]);
    return;
  }
  const Column& of = columns_[column - kFieldColumns];
  const auto first = std::lower_bound(of.rows.begin(), of.rows.end(), row);
  const auto index = static_cast<std::size_t>(first - of.rows.begin()) + ordinal;
  if (index < of.rows.size() && of.rows[index] == row) out.append(of.values[index]);
}

}  // namespace fortnight::storage
