#include "storage/encoding/chunk_search.h"

#include <array>

#include "storage/encoding/encodings.h"

namespace fortnight::storage {
namespace {

ChunkSearcher searcher_of(Encoding encoding) {
  switch (encoding) {
    case Encoding::constant:
      return search_constant;
    case Encoding::dictionary:
    case Encoding::shared_constant:
      return search_dictionary_chunk;
    case Encoding::integer:
      return search_integer;
    case Encoding::decimal:
      return search_decimal;
    case Encoding::positional:
      return search_positional;
    case Encoding::alphabet:
      return search_alphabet;
    case Encoding::words:
      return search_words;
    case Encoding::pattern:
      return search_pattern;
    case Encoding::by_shape:
      return search_by_shape;
    case Encoding::timestamp:
      return search_timestamp;
    case Encoding::plain:
      return search_plain;
    case Encoding::patched:
      return search_patched;
    case Encoding::field:
      return search_field;
    case Encoding::sibling:
      return search_sibling;
    default:
      return nullptr;
  }
}

}  // namespace

std::size_t parts_of(const Needle& needle) {
  return needle.pieces().size() + kEscapeParts + kMarkParts;
}

const Needle& part_of(const Needle& needle, std::size_t i) {
  static const std::array<Needle, kEscapeParts + kMarkParts> fixed = {
      Needle("\\"),     Needle("\\u"),  Needle("\\\x01"),
      Needle("\\\x02"), Needle("\x01"), Needle("\x02")};
  const std::size_t pieces = needle.pieces().size();
  return i < pieces ? needle.pieces()[i] : fixed[i - pieces];
}

NeedleInDictionary::NeedleInDictionary(const Needle& needle, const Dictionary* dictionary,
                                       NeedleParts parts)
    : parts_(parts == NeedleParts::with ? parts_of(needle) : 0) {
  if (dictionary == nullptr) return;
  const std::string_view bytes = dictionary->bytes();
  whole_ = needle.may_stand_in(bytes);
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    parts_[i] = part_of(needle, i).may_stand_in(bytes);
  }
}

bool chunk_may_contain(std::string_view chunk, const ChunkSearch& search) {
  if (search.depth > kMaxChunkDepth) return true;
  ByteReader in(chunk);
  const ChunkSearcher may_contain = searcher_of(static_cast<Encoding>(in.u8()));
  if (may_contain == nullptr) return true;
  const bool may = may_contain(in, search);
  return may || !in.ok();
}

}  // namespace fortnight::storage
