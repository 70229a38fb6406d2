// What the codecs of integers and of decimals share: a decimal is an integer with a point, so many
// digits from its end.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "storage/encoding/text_codec.h"

namespace fortnight::storage {

// Appends all values as one number chunk. Requires that those which are no such decimals are
// patched: 0 is written for them.
void append_decimals(const Strings& values, unsigned digits, std::string& out);

// `in` is at the number chunk.
Result<std::unique_ptr<TextChunk>> parse_decimals(ByteReader& in, const ChunkContext& context,
                                                  unsigned digits);
// As TextCodec::search.
bool search_decimals(ByteReader& in, const ChunkSearch& search, unsigned digits);

}  // namespace fortnight::storage
