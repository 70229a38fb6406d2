// Instants in RFC 3339 or as HTTP's dates (RFC 9110, IMF-fixdate), as their distance from the
// call's own ts or as they are, whichever packs better.
#include <algorithm>
#include <optional>
#include <vector>

#include "base/ascii.h"
#include "base/civil_text.h"
#include "storage/encoding/codecs/patched.h"
#include "storage/encoding/codecs/text_form.h"
#include "storage/encoding/number_chunk.h"
#include "storage/encoding/text_codec.h"

namespace fortnight::storage {
namespace {

constexpr std::size_t kSecondText = 19;  // "2026-11-20T08:15:30"
constexpr unsigned kMaxDigits = 9;       // of the fraction
constexpr std::size_t kMaxSuffix = 8;

std::int64_t unit_of(unsigned digits) {
  std::int64_t unit = kNsPerSecond;
  for (unsigned i = 0; i < digits; ++i) unit /= 10;
  return unit;
}

// What all values of a chunk have in common: the fraction's digits and the suffix behind them ("Z",
// "+00:00").
struct Layout {
  bool http = false;
  unsigned digits = 0;
  std::string suffix;
};

void append_instant(TimeNs instant, const Layout& layout, std::string& out) {
  if (layout.http) {
    append_http_date(instant, out);
    return;
  }
  append_rfc3339(instant, layout.digits, out);
  out.pop_back();  // the Z
  out += layout.suffix;
}

// The instant of the text, read as UTC whatever its suffix. Doesn't check that the text has the
// layout: encode() writes the instant back and compares.
std::optional<TimeNs> parse_instant(std::string_view text, const Layout& layout,
                                    DateTimeReader& dates) {
  if (layout.http) return parse_http_date(text);
  const std::optional<CivilDateTime> time = dates.take(text, false);
  return time ? std::optional(time->ns) : std::nullopt;
}

std::optional<Layout> layout_of(std::string_view text) {
  if (parse_http_date(text)) return Layout{.http = true, .digits = 0, .suffix = {}};
  if (text.size() < kSecondText + 1) return std::nullopt;
  std::size_t at = kSecondText;
  Layout layout;
  if (text[at] == '.') {
    for (++at; at < text.size() && is_digit(text[at]); ++at) ++layout.digits;
  }
  layout.suffix = text.substr(at);
  if (layout.digits > kMaxDigits || layout.suffix.empty() || layout.suffix.size() > kMaxSuffix) {
    return std::nullopt;
  }
  return layout;
}

class TimestampChunk final : public TextChunk {
 public:
  TimestampChunk(Layout layout, bool relative, std::unique_ptr<NumberChunk> numbers)
      : layout_(std::move(layout)), relative_(relative), numbers_(std::move(numbers)) {}

  void append(const Place& place, const RowSource& rows, std::string& out) const override {
    const std::int64_t unit = unit_of(layout_.digits);
    auto count = static_cast<std::uint64_t>((*numbers_)[place.index]);
    if (relative_) {
      const TimeNs ts = rows.number_field(FieldColumn::ts, place.row);
      count += static_cast<std::uint64_t>(floor_div(ts, unit));
    }
    append_instant(static_cast<TimeNs>(count * static_cast<std::uint64_t>(unit)), layout_, out);
  }
  std::size_t memory() const override { return sizeof(*this) + numbers_->memory(); }

 private:
  Layout layout_;
  bool relative_;
  std::unique_ptr<NumberChunk> numbers_;
};

bool encode(const ColumnInput& input, std::string& out) {
  const Strings& values = *input.values;
  const auto layout = layout_of(values[0]);
  if (!layout) return false;
  const std::int64_t unit = unit_of(layout->digits);
  DateTimeReader dates;
  std::string back;
  const auto accepts = [&](std::size_t i) {
    const auto instant = parse_instant(values[i], *layout, dates);
    if (!instant) return false;
    back.clear();
    append_instant(floor_div(*instant, unit) * unit, *layout, back);
    return back == values[i];
  };
  const auto write = [&](const ColumnInput& accepted, std::string& to) {
    std::vector<std::int64_t> absolute(values.size());
    std::vector<std::int64_t> relative(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
      absolute[i] =
          floor_div(parse_instant((*accepted.values)[i], *layout, dates).value_or(0), unit);
      const TimeNs ts = input.rows->number_field(FieldColumn::ts, input.places[i].row);
      relative[i] = absolute[i] - floor_div(ts, unit);
    }
    std::string near;
    std::string far;
    encode_numbers(relative, near);
    encode_numbers(absolute, far);
    ByteWriter writer(to);
    writer.u8(static_cast<std::uint8_t>(Encoding::timestamp));
    writer.u8(layout->http ? 1 : 0);
    writer.u8(static_cast<std::uint8_t>(layout->digits));
    writer.text(layout->suffix);
    writer.u8(near.size() <= far.size() ? 1 : 0);
    writer.bytes(near.size() <= far.size() ? near : far);
    return true;
  };
  return encode_patched(input, accepts, write, out);
}

std::optional<Layout> read_layout(ByteReader& in) {
  Layout layout;
  layout.http = in.u8() != 0;
  layout.digits = in.u8();
  layout.suffix = in.text();
  if (!in.ok() || layout.digits > kMaxDigits || layout.suffix.size() > kMaxSuffix) {
    return std::nullopt;
  }
  return layout;
}

Result<std::unique_ptr<TextChunk>> parse(ByteReader& in, const ChunkContext& context) {
  auto layout = read_layout(in);
  if (!layout) return corrupt("damaged chunk of timestamps");
  const bool relative = in.u8() != 0;
  FORTNIGHT_ASSIGN(auto numbers, parse_number_chunk(in.bytes(in.remaining()), context.values));
  return std::make_unique<TimestampChunk>(std::move(*layout), relative, std::move(numbers));
}

constexpr char kD = kAnyDigit;
constexpr char kL = kAnyLetter;

std::string form_of(const Layout& layout) {
  if (layout.http) {
    return {kL, kL,  kL, ',', ' ', kD, kD, ' ', kL, kL, kL,  ' ', kD, kD, kD,
            kD, ' ', kD, kD,  ':', kD, kD, ':', kD, kD, ' ', kL,  kL, kL};
  }
  std::string form = {kD,  kD, kD, kD,  '-', kD, kD,  '-', kD, kD,
                      'T', kD, kD, ':', kD,  kD, ':', kD,  kD};
  if (layout.digits != 0) form += '.' + std::string(layout.digits, kD);
  return form + layout.suffix;
}

// The text of the instant that is `number` units from `ts`; empty where it is out of range.
std::string edge_text(std::int64_t number, TimeNs ts, const Layout& layout) {
  const std::int64_t unit = unit_of(layout.digits);
  std::int64_t instant = 0;
  std::string text;
  if (__builtin_add_overflow(number, floor_div(ts, unit), &instant)) return text;
  if (__builtin_mul_overflow(instant, unit, &instant)) return text;
  append_instant(instant, layout, text);
  return text;
}

bool search(ByteReader& in, const ChunkSearch& search) {
  const auto layout = read_layout(in);
  const bool relative = in.u8() != 0;
  if (!layout || !in.ok()) return true;
  const std::string& needle = search.needle.text();
  const std::string form = form_of(*layout);
  if (!may_occur_in_form(needle, form)) return false;
  // The days of HTTP's dates come in another order.
  if (layout->http || (relative && search.calls == nullptr)) return true;
  const auto numbers = parse_number_chunk(in.bytes(in.remaining()), search.values);
  if (!numbers) return true;
  const auto [least, greatest] = (*numbers)->range();
  const std::string first = edge_text(least, relative ? search.calls->first : 0, *layout);
  const std::string last = edge_text(greatest, relative ? search.calls->last : 0, *layout);
  if (first.size() != form.size() || last.size() != form.size()) return true;
  return may_occur_in_form(needle, form_between(first, last, form));
}

}  // namespace

constinit const TextCodec kTimestampCodec = {.id = Encoding::timestamp,
                                             .name = "timestamp",
                                             .stage = Stage::thorough,
                                             .effort = Effort::sealed,
                                             .encode = encode,
                                             .parse = parse,
                                             .search = search};

}  // namespace fortnight::storage
