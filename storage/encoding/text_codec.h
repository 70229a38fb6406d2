// The codecs of text chunks: one object each, in one table. Internal to storage/encoding/.
//
// To add a codec: its number in Encoding (format.h) and in docs/format.md, a file in codecs/ that
// defines the object, and the object's name in the two lists below. Its test goes to
// tests/storage/encoding/codecs/.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/error.h"
#include "storage/encoding/chunk_search.h"
#include "storage/encoding/format.h"
#include "storage/encoding/text_chunk.h"
#include "storage/encoding/text_encoder.h"

namespace fortnight::storage {

// Chunks in chunks: patches around groups around patterns around patches.
inline constexpr unsigned kMaxChunkDepth = 8;

// When encode_text() tries a codec. The stages follow each other in this order.
enum class Stage : std::uint8_t {
  settling,  // the first that fits is the choice: nothing is smaller
  number,    // the first that fits
  text,      // the first that suits and fits
  fallback,  // all of them, if nothing fits so far
  thorough,  // one after another, until the smallest chunk is small enough
  inner,     // never: only other codecs write such chunks
};

// Functions are thread-safe. Their input begins after the chunk's first byte, which is the id.
struct TextCodec {
  Encoding id;
  std::string_view name;  // as in docs/format.md
  Stage stage;
  Effort effort = Effort::fast;  // the least effort that tries it
  // False: encoding would be a waste of time. Null: always worth a try. Not called for a codec that
  // served the same column in the block before.
  bool (*suits)(const ColumnInput& input) = nullptr;
  // Appends the chunk and returns true; or returns false and leaves `out` as it was, where the
  // values don't fit or another codec's chunk is sure to be smaller. Null if `stage` is inner.
  bool (*encode)(const ColumnInput& input, std::string& out) = nullptr;
  // A read past the end shows in the reader's sticky error, which the caller checks.
  Result<std::unique_ptr<TextChunk>> (*parse)(ByteReader& in, const ChunkContext& context);
  // See chunk_may_contain(). A read past the end shows in the reader's sticky error.
  bool (*search)(ByteReader& in, const ChunkSearch& search);
};

// Each is defined in the file of its name in codecs/.
extern const TextCodec kSharedConstantCodec, kConstantCodec, kFieldCodec;
extern const TextCodec kIntegerCodec, kDecimalCodec;
extern const TextCodec kDictionaryCodec, kPositionalCodec;
extern const TextCodec kAlphabetCodec, kPlainCodec;
extern const TextCodec kTimestampCodec, kSiblingCodec, kWordsCodec, kPatternCodec, kByShapeCodec;
extern const TextCodec kPatchedCodec;

// Within a stage, the order in which codecs are tried.
inline constexpr std::array kTextCodecs = {
    &kSharedConstantCodec, &kConstantCodec,   &kFieldCodec,    &kIntegerCodec, &kDecimalCodec,
    &kDictionaryCodec,     &kPositionalCodec, &kAlphabetCodec, &kPlainCodec,   &kTimestampCodec,
    &kSiblingCodec,        &kWordsCodec,      &kPatternCodec,  &kByShapeCodec, &kPatchedCodec,
};

// The codec of a chunk's first byte; null where no text codec has that number.
const TextCodec* text_codec(std::uint8_t id);

}  // namespace fortnight::storage
