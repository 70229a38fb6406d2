#include "storage/encoding/text_chunk.h"

#include "storage/encoding/text_codec.h"

namespace fortnight::storage {

Result<std::unique_ptr<TextChunk>> parse_text_chunk(std::string_view bytes,
                                                    const ChunkContext& context) {
  if (context.depth > kMaxChunkDepth) return corrupt("chunks too deep within chunks");
  ByteReader in(bytes);
  const TextCodec* codec = text_codec(in.u8());
  if (codec == nullptr) return corrupt("unknown encoding of a text chunk");
  auto chunk = codec->parse(in, context);
  if (chunk && !in.ok()) return corrupt("text chunk cut short");
  return chunk;
}

std::vector<std::uint32_t> TextChunk::value_ids(std::uint32_t values) const {
  return std::vector<std::uint32_t>(values, constant() != nullptr ? 0 : kNoId);
}

void TextChunk::add_candidates(std::string_view, std::uint32_t, CandidateValues& candidates) const {
  candidates.all = true;
}

}  // namespace fortnight::storage
