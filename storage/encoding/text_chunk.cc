#include "storage/encoding/text_chunk.h"

#include "storage/encoding/encodings.h"

namespace fortnight::storage {
namespace {

ChunkParser parser_of(Encoding encoding) {
  switch (encoding) {
    case Encoding::constant:
      return parse_constant;
    case Encoding::dictionary:
      return parse_dictionary_chunk;
    case Encoding::integer:
      return parse_integer;
    case Encoding::decimal:
      return parse_decimal;
    case Encoding::positional:
      return parse_positional;
    case Encoding::alphabet:
      return parse_alphabet;
    case Encoding::field:
      return parse_field;
    case Encoding::words:
      return parse_words;
    case Encoding::pattern:
      return parse_pattern;
    case Encoding::sibling:
      return parse_sibling;
    case Encoding::by_shape:
      return parse_by_shape;
    case Encoding::timestamp:
      return parse_timestamp;
    case Encoding::plain:
      return parse_plain;
    case Encoding::patched:
      return parse_patched;
    case Encoding::shared_constant:
      return parse_shared_constant;
    default:
      return nullptr;
  }
}

}  // namespace

Result<std::unique_ptr<TextChunk>> parse_text_chunk(std::string_view bytes,
                                                    const ChunkContext& context) {
  if (context.depth > kMaxChunkDepth) return corrupt("chunks too deep within chunks");
  ByteReader in(bytes);
  const ChunkParser parse = parser_of(static_cast<Encoding>(in.u8()));
  if (parse == nullptr) return corrupt("unknown encoding of a text chunk");
  auto chunk = parse(in, context);
  if (chunk && !in.ok()) return corrupt("text chunk cut short");
  return chunk;
}

std::vector<std::uint32_t> TextChunk::alike(std::uint32_t values) const {
  return std::vector<std::uint32_t>(values, constant() != nullptr ? 0 : kUnlike);
}

void TextChunk::find(std::string_view, std::uint32_t, Whereabouts& where) const {
  where.anywhere = true;
}

}  // namespace fortnight::storage
