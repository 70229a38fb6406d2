#include "storage/encoding/chunk_search.h"

#include "storage/encoding/text_codec.h"

namespace fortnight::storage {

bool chunk_may_contain(std::string_view chunk, const ChunkSearch& search) {
  if (search.depth > kMaxChunkDepth) return true;
  ByteReader in(chunk);
  const TextCodec* codec = text_codec(in.u8());
  if (codec == nullptr) return true;
  const bool may = codec->search(in, search);
  return may || !in.ok();
}

}  // namespace fortnight::storage
