// Decimals of one precision, such as prices: integers with a point, packed to their range.
#include "base/number_text.h"
#include "storage/encoding/codecs/numeric.h"
#include "storage/encoding/codecs/patched.h"
#include "storage/encoding/text_codec.h"

namespace fortnight::storage {
namespace {

// Digits after the point of the column's first value.
unsigned digits_of(const Strings& values) {
  const std::string_view first = values[0];
  const std::size_t point = first.find('.');
  return point == std::string_view::npos ? 0U : static_cast<unsigned>(first.size() - point - 1);
}

bool write(const ColumnInput& input, std::string& out) {
  const unsigned digits = digits_of(*input.values);
  out.push_back(static_cast<char>(Encoding::decimal));
  out.push_back(static_cast<char>(digits));
  append_decimals(*input.values, digits, out);
  return true;
}

bool encode(const ColumnInput& input, std::string& out) {
  const unsigned digits = digits_of(*input.values);
  if (digits == 0 || digits > kMaxDecimalDigits) return false;
  const auto fits = [&](std::size_t i) {
    return parse_decimal_text((*input.values)[i], digits).has_value();
  };
  return encode_patched(input, fits, write, out);
}

Result<std::unique_ptr<TextChunk>> parse(ByteReader& in, const ChunkContext& context) {
  const unsigned digits = in.u8();
  if (digits > kMaxDecimalDigits) return corrupt("decimal of too many digits");
  return parse_decimals(in, context, digits);
}

bool search(ByteReader& in, const ChunkSearch& search) {
  const unsigned digits = in.u8();
  if (digits > kMaxDecimalDigits) return true;
  return search_decimals(in, search, digits);
}

}  // namespace

constinit const TextCodec kDecimalCodec = {.id = Encoding::decimal,
                                           .name = "decimal",
                                           .stage = Stage::number,
                                           .encode = encode,
                                           .parse = parse,
                                           .search = search};

}  // namespace fortnight::storage
