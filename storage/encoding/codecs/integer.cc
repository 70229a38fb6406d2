// Integers in their canonical decimal form, packed to their range.
#include "base/number_text.h"
#include "storage/encoding/codecs/numeric.h"
#include "storage/encoding/codecs/patched.h"
#include "storage/encoding/text_codec.h"

namespace fortnight::storage {
namespace {

bool write(const ColumnInput& input, std::string& out) {
  out.push_back(static_cast<char>(Encoding::integer));
  append_decimals(*input.values, 0, out);
  return true;
}

bool encode(const ColumnInput& input, std::string& out) {
  const auto fits = [&](std::size_t i) {
    return parse_decimal_text((*input.values)[i], 0).has_value();
  };
  return encode_patched(input, fits, write, out);
}

Result<std::unique_ptr<TextChunk>> parse(ByteReader& in, const ChunkContext& context) {
  return parse_decimals(in, context, 0);
}

bool search(ByteReader& in, const ChunkSearch& search) { return search_decimals(in, search, 0); }

}  // namespace

constinit const TextCodec kIntegerCodec = {.id = Encoding::integer,
                                           .name = "integer",
                                           .stage = Stage::number,
                                           .encode = encode,
                                           .parse = parse,
                                           .search = search};

}  // namespace fortnight::storage
