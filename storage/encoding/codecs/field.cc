// Values that repeat a canonical field of the same call: only the field's column is stored.
#include "base/civil_time.h"
#include "base/number_text.h"
#include "storage/encoding/codecs/patched.h"
#include "storage/encoding/text_codec.h"

namespace fortnight::storage {
namespace {

void append_time(TimeNs ts, unsigned digits, TimeText text, std::string& out) {
  switch (text) {
    case TimeText::rfc3339:
      append_rfc3339(ts, digits, out);
      return;
    case TimeText::unix_s: {
      std::int64_t fraction = ts;
      for (unsigned i = digits; i < 9; ++i) fraction /= 10;
      append_decimal(fraction, digits, out);
      return;
    }
    case TimeText::unix_ms:
      append_decimal(ts / 1'000'000, 0, out);
      return;
    case TimeText::unix_us:
      append_decimal(ts / 1'000, 0, out);
      return;
    case TimeText::unix_ns:
      append_decimal(ts, 0, out);
      return;
    case TimeText::other:
      return;
  }
}

unsigned digits_of(DurationUnit unit) {
  switch (unit) {
    case DurationUnit::s:
      return 9;
    case DurationUnit::ms:
      return 6;
    case DurationUnit::us:
      return 3;
    default:
      return 0;
  }
}

void append_field_text(const FieldHint& hint, const RowSource& rows, std::uint32_t row,
                       std::string& out) {
  switch (hint.column) {
    case FieldColumn::ts: {
      const auto digits = static_cast<unsigned>(rows.number_field(FieldColumn::ts_digits, row));
      append_time(rows.number_field(FieldColumn::ts, row), digits > 9 ? 9 : digits, hint.time, out);
      return;
    }
    case FieldColumn::status:
      append_decimal(rows.number_field(FieldColumn::status, row), 0, out);
      return;
    case FieldColumn::duration: {
      const std::int64_t duration = rows.number_field(FieldColumn::duration, row);
      if (duration != kNoDuration) append_shortest_decimal(duration, digits_of(hint.unit), out);
      return;
    }
    default:
      rows.append_text_field(
          static_cast<TextField>(static_cast<std::uint32_t>(hint.column) - kFirstTextColumn), row,
          out);
  }
}

class FieldChunk final : public TextChunk {
 public:
  explicit FieldChunk(const FieldHint& hint) : hint_(hint) {}
  void append(const Place& place, const RowSource& rows, std::string& out) const override {
    append_field_text(hint_, rows, place.row, out);
  }
  void add_candidates(std::string_view, std::uint32_t, CandidateValues& candidates) const override {
    const auto column = static_cast<std::uint32_t>(hint_.column);
    if (column < kFirstTextColumn) {
      candidates.all = true;
    } else {
      candidates.columns.push_back(column);
    }
  }
  std::size_t memory() const override { return sizeof(*this); }

 private:
  FieldHint hint_;
};

bool write(const ColumnInput& input, std::string& out) {
  ByteWriter writer(out);
  writer.u8(static_cast<std::uint8_t>(Encoding::field));
  writer.u8(static_cast<std::uint8_t>(input.hint.column));
  writer.u8(static_cast<std::uint8_t>(input.hint.time));
  writer.u8(static_cast<std::uint8_t>(input.hint.unit));
  return true;
}

bool is_field(std::uint8_t column) {
  const auto field = static_cast<FieldColumn>(column);
  return field == FieldColumn::ts || field == FieldColumn::status ||
         field == FieldColumn::duration ||
         (column >= kFirstTextColumn && column < kFirstTextColumn + kTextFields);
}

bool one_a_row(std::span<const Place> places) {
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (places[i].row != i) return false;
  }
  return true;
}

bool encode(const ColumnInput& input, std::string& out) {
  if (input.hint.column == FieldColumn::extra_ids) return false;
  const Strings& values = *input.values;
  if (input.hinted != nullptr) {
    // The usual case: each call has one value.
    if (one_a_row(input.places) && values == *input.hinted) return write(input, out);
    return encode_patched(
        input, [&](std::size_t i) { return (*input.hinted)[input.places[i].row] == values[i]; },
        write, out);
  }
  std::string text;
  return encode_patched(
      input,
      [&](std::size_t i) {
        text.clear();
        append_field_text(input.hint, *input.rows, input.places[i].row, text);
        return text == values[i];
      },
      write, out);
}

Result<FieldHint> read_hint(ByteReader& in) {
  const std::uint8_t column = in.u8();
  const std::uint8_t time = in.u8();
  const std::uint8_t unit = in.u8();
  if (!is_field(column) || time > static_cast<std::uint8_t>(TimeText::unix_ns) ||
      unit > static_cast<std::uint8_t>(DurationUnit::ns)) {
    return corrupt("chunk repeats an unknown field");
  }
  return FieldHint{static_cast<FieldColumn>(column), static_cast<TimeText>(time),
                   static_cast<DurationUnit>(unit)};
}

// Searches the field's values in all calls, also in those that the chunk has no value of.
bool found_in_field(const FieldHint& hint, const SearchedCalls& calls, std::string_view needle) {
  std::string texts;
  std::int64_t previous = 0;
  for (std::uint32_t row = 0; row < calls.count; ++row) {
    const std::int64_t number = calls.rows.number_field(hint.column, row);
    const bool again = row > 0 && number == previous && hint.column != FieldColumn::ts;
    previous = number;
    if (again) continue;
    append_field_text(hint, calls.rows, row, texts);
    texts.push_back('\n');
  }
  return contains(texts, needle);
}

Result<std::unique_ptr<TextChunk>> parse(ByteReader& in, const ChunkContext&) {
  FORTNIGHT_ASSIGN(const FieldHint hint, read_hint(in));
  return std::make_unique<FieldChunk>(hint);
}

bool search(ByteReader& in, const ChunkSearch& search) {
  const auto hint = read_hint(in);
  if (!hint) return true;
  switch (hint->column) {
    case FieldColumn::ts:
    case FieldColumn::status:
    case FieldColumn::duration:
      if (!search.needle.made_of("-+:.TZ0123456789")) return false;
      return search.calls == nullptr || found_in_field(*hint, *search.calls, search.needle.text());
    default:
      return search.repeats(static_cast<std::uint32_t>(hint->column));
  }
}

}  // namespace

constinit const TextCodec kFieldCodec = {.id = Encoding::field,
                                         .name = "field",
                                         .stage = Stage::settling,
                                         .encode = encode,
                                         .parse = parse,
                                         .search = search};

}  // namespace fortnight::storage
