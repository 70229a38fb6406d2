// Internal to the text chunks: the parsing function of each encoding. Each takes the bytes behind
// the encoding's own byte; a short read shows in the reader's sticky error, which parse_text_chunk
// checks.
#pragma once

#include <memory>

#include "storage/base/bytes.h"
#include "storage/encoding/text_chunk.h"
#include "storage/encoding/text_encoder.h"

namespace fortnight::storage {

using ChunkParser = Result<std::unique_ptr<TextChunk>> (*)(ByteReader& in,
                                                           const ChunkContext& context);

Result<std::unique_ptr<TextChunk>> parse_constant(ByteReader&, const ChunkContext&);
Result<std::unique_ptr<TextChunk>> parse_dictionary_chunk(ByteReader&, const ChunkContext&);
Result<std::unique_ptr<TextChunk>> parse_integer(ByteReader&, const ChunkContext&);
Result<std::unique_ptr<TextChunk>> parse_decimal(ByteReader&, const ChunkContext&);
Result<std::unique_ptr<TextChunk>> parse_positional(ByteReader&, const ChunkContext&);
Result<std::unique_ptr<TextChunk>> parse_alphabet(ByteReader&, const ChunkContext&);
Result<std::unique_ptr<TextChunk>> parse_field(ByteReader&, const ChunkContext&);
Result<std::unique_ptr<TextChunk>> parse_plain(ByteReader&, const ChunkContext&);
Result<std::unique_ptr<TextChunk>> parse_timestamp(ByteReader&, const ChunkContext&);
Result<std::unique_ptr<TextChunk>> parse_words(ByteReader&, const ChunkContext&);
Result<std::unique_ptr<TextChunk>> parse_pattern(ByteReader&, const ChunkContext&);
Result<std::unique_ptr<TextChunk>> parse_sibling(ByteReader&, const ChunkContext&);
Result<std::unique_ptr<TextChunk>> parse_by_shape(ByteReader&, const ChunkContext&);
Result<std::unique_ptr<TextChunk>> parse_shared_constant(ByteReader&, const ChunkContext&);
Result<std::unique_ptr<TextChunk>> parse_patched(ByteReader&, const ChunkContext&);

}  // namespace fortnight::storage
