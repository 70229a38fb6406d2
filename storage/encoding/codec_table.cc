// Codecs by the number that a chunk begins with.
#include <array>

#include "storage/encoding/format.h"
#include "storage/encoding/number_codec.h"
#include "storage/encoding/text_codec.h"

namespace fortnight::storage {
namespace {

template <typename Codec>
using ById = std::array<const Codec*, 256>;

template <typename Codec, std::size_t count>
ById<Codec> by_id(const std::array<const Codec*, count>& codecs) {
  ById<Codec> table{};
  for (const Codec* codec : codecs) table[static_cast<std::uint8_t>(codec->id)] = codec;
  return table;
}

}  // namespace

const TextCodec* text_codec(std::uint8_t id) {
  static const ById<TextCodec> table = by_id(kTextCodecs);
  return table[id];
}

const NumberCodec* number_codec(std::uint8_t id) {
  static const ById<NumberCodec> table = by_id(kNumberCodecs);
  return table[id];
}

std::string_view encoding_name(Encoding encoding) {
  const auto id = static_cast<std::uint8_t>(encoding);
  if (const TextCodec* codec = text_codec(id)) return codec->name;
  if (const NumberCodec* codec = number_codec(id)) return codec->name;
  return "unknown";
}

}  // namespace fortnight::storage
