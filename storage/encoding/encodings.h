// Internal to the text chunks: the functions of each encoding that parse a chunk and that search
// its bytes. Each takes the bytes behind the encoding's own byte; a short read shows in the
// reader's sticky error, which the caller checks.
#pragma once

#include <memory>
#include <string_view>

#include "storage/base/bytes.h"
#include "storage/encoding/chunk_search.h"
#include "storage/encoding/text_chunk.h"
#include "storage/encoding/text_encoder.h"

namespace fortnight::storage {

// Chunks in chunks: patches around groups around patterns around patches.
inline constexpr unsigned kMaxChunkDepth = 8;

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

// For TextChunk::find(): a value with JSON escapes is another text once they are decoded.
inline bool has_escapes(std::string_view value) {
  return value.find('\\') != std::string_view::npos;
}
inline bool may_be(std::string_view value, std::string_view text) {
  return value == text || has_escapes(value);
}

// As chunk_may_contain() says.
using ChunkSearcher = bool (*)(ByteReader& in, const ChunkSearch& search);

bool search_constant(ByteReader&, const ChunkSearch&);
bool search_dictionary_chunk(ByteReader&, const ChunkSearch&);
bool search_integer(ByteReader&, const ChunkSearch&);
bool search_decimal(ByteReader&, const ChunkSearch&);
bool search_positional(ByteReader&, const ChunkSearch&);
bool search_alphabet(ByteReader&, const ChunkSearch&);
bool search_plain(ByteReader&, const ChunkSearch&);
bool search_timestamp(ByteReader&, const ChunkSearch&);
bool search_words(ByteReader&, const ChunkSearch&);
bool search_pattern(ByteReader&, const ChunkSearch&);
bool search_by_shape(ByteReader&, const ChunkSearch&);
bool search_patched(ByteReader&, const ChunkSearch&);
bool search_field(ByteReader&, const ChunkSearch&);
bool search_sibling(ByteReader&, const ChunkSearch&);

}  // namespace fortnight::storage
