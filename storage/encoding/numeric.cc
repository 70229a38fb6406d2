// Text that is a number in its canonical form: integers and fixed-point decimals, packed to their
// range.
#include <algorithm>
#include <charconv>
#include <optional>
#include <vector>

#include "storage/base/number_text.h"
#include "storage/encoding/encodings.h"
#include "storage/encoding/number_chunk.h"
#include "storage/encoding/patched.h"

namespace fortnight::storage {
namespace {

class NumericChunk final : public TextChunk {
 public:
  NumericChunk(NumberChunk numbers, unsigned digits)
      : numbers_(std::move(numbers)), digits_(digits) {}
  void append(const Place& place, const RowSource&, std::string& out) const override {
    append_decimal(numbers_[place.index], digits_, out);
  }
  void find(std::string_view text, std::uint32_t values, Whereabouts& where) const override {
    const std::optional<std::int64_t> wanted = parse_decimal_text(text, digits_);
    if (!wanted) return;
    const std::vector<std::int64_t> numbers = numbers_.decode();
    for (std::uint32_t i = 0; i < values; ++i) {
      if (numbers[i] == *wanted) where.values.push_back(i);
    }
  }
  std::size_t memory() const override { return sizeof(*this) + numbers_.memory(); }

 private:
  NumberChunk numbers_;
  unsigned digits_;
};

Result<std::unique_ptr<TextChunk>> parse_numeric(ByteReader& in, const ChunkContext& context,
                                                 unsigned digits) {
  FORTNIGHT_ASSIGN(NumberChunk numbers,
                   NumberChunk::parse(in.bytes(in.remaining()), context.values));
  return std::make_unique<NumericChunk>(std::move(numbers), digits);
}

// `digits` of the fraction that the column's first value has.
unsigned digits_of(const Strings& values) {
  const std::string_view first = values[0];
  const std::size_t point = first.find('.');
  return point == std::string_view::npos ? 0U : static_cast<unsigned>(first.size() - point - 1);
}

void encode_all(const Strings& values, unsigned digits, std::string& out) {
  std::vector<std::int64_t> numbers;
  numbers.reserve(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    numbers.push_back(parse_decimal_text(values[i], digits).value_or(0));
  }
  encode_numbers(numbers, out);
}

bool write_integers(const ColumnInput& input, std::string& out) {
  out.push_back(static_cast<char>(Encoding::integer));
  encode_all(*input.values, 0, out);
  return true;
}

bool write_decimals(const ColumnInput& input, std::string& out) {
  const unsigned digits = digits_of(*input.values);
  out.push_back(static_cast<char>(Encoding::decimal));
  out.push_back(static_cast<char>(digits));
  encode_all(*input.values, digits, out);
  return true;
}

}  // namespace

bool encode_integer(const ColumnInput& input, std::string& out) {
  return encode_patched(
      input, [&](std::size_t i) { return parse_decimal_text((*input.values)[i], 0).has_value(); },
      write_integers, out);
}

bool encode_decimal(const ColumnInput& input, std::string& out) {
  const unsigned digits = digits_of(*input.values);
  if (digits == 0 || digits > kMaxDecimalDigits) return false;
  return encode_patched(
      input,
      [&](std::size_t i) { return parse_decimal_text((*input.values)[i], digits).has_value(); },
      write_decimals, out);
}

Result<std::unique_ptr<TextChunk>> parse_integer(ByteReader& in, const ChunkContext& context) {
  return parse_numeric(in, context, 0);
}

Result<std::unique_ptr<TextChunk>> parse_decimal(ByteReader& in, const ChunkContext& context) {
  const unsigned digits = in.u8();
  if (digits > kMaxDecimalDigits) return corrupt("decimal of too many digits");
  return parse_numeric(in, context, digits);
}

namespace {

std::size_t length_of(std::int64_t number, unsigned digits) {
  char text[kMaxDecimalText];
  return static_cast<std::size_t>(write_decimal(number, digits, text) - text);
}

bool search_numbers(std::string_view chunk, unsigned digits, const ChunkSearch& search) {
  const std::string& needle = search.needle.text();
  if (!search.needle.made_of("-.0123456789")) return false;
  const auto parsed = NumberChunk::parse(chunk, search.values);
  if (!parsed) return true;
  // The longest text is an end of the range's.
  const auto [least, greatest] = parsed->range();
  if (needle.size() > std::max(length_of(least, digits), length_of(greatest, digits))) return false;
  const auto numbers = numbers_among(chunk, search.values);
  if (!numbers) return true;
  const std::size_t room = numbers->size() * (kMaxDecimalText + 1);
  if (search.scratch.size() < room) search.scratch.resize(room);
  char* to = search.scratch.data();
  for (const std::int64_t number : *numbers) {
    to = write_decimal(number, digits, to);
    *to++ = '\n';
  }
  return contains({search.scratch.data(), to}, needle);
}

}  // namespace

bool search_integer(ByteReader& in, const ChunkSearch& search) {
  return search_numbers(in.bytes(in.remaining()), 0, search);
}

bool search_decimal(ByteReader& in, const ChunkSearch& search) {
  const unsigned digits = in.u8();
  if (digits > kMaxDecimalDigits) return true;
  return search_numbers(in.bytes(in.remaining()), digits, search);
}

}  // namespace fortnight::storage
