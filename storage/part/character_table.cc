#include "storage/part/character_table.h"

#include <utility>

#include "base/bytes.h"
#include "storage/encoding/format.h"

namespace fortnight::storage {
namespace {

// Bounds a table's memory at 16 MiB. A part with more chunks has no table.
constexpr std::size_t kMaxChunks = 8U << 20;
constexpr std::size_t kMaxRawBytes = kMaxChunks * 2 + 2 * kMaxVarintBytes;

}  // namespace

void CharacterTableBuilder::add(std::uint32_t column, CharacterClasses classes) {
  const std::size_t place = column - kFirstTextColumn;
  if (place >= columns_.size()) columns_.resize(place + 1);
  if (columns_.size() * blocks_ > kMaxChunks) return;
  columns_[place].resize(blocks_);
  columns_[place].back() = classes;
}

void CharacterTableBuilder::encode(std::size_t columns, Lz4Level level, std::string& out) const {
  columns -= kFirstTextColumn;
  if (columns * blocks_ > kMaxChunks) return;
  std::string raw;
  ByteWriter writer(raw);
  writer.varint(columns);
  writer.varint(blocks_);
  static const std::vector<CharacterClasses> kNone;
  for (std::size_t place = 0; place < columns; ++place) {
    const auto& column = place < columns_.size() ? columns_[place] : kNone;
    for (const CharacterClasses classes : column) writer.u16(classes.bits());
    for (std::size_t i = column.size(); i < blocks_; ++i) writer.u16(0);
  }
  append_lz4(raw, level, out);
}

Result<CharacterTable> CharacterTable::parse(std::string_view bytes, std::size_t columns,
                                             std::size_t blocks) {
  ByteReader packed(bytes);
  FORTNIGHT_ASSIGN(const std::string raw, read_lz4(packed, kMaxRawBytes));
  ByteReader in(raw);
  const bool same = in.varint() == columns - kFirstTextColumn && in.varint() == blocks;
  const std::size_t chunks = (columns - kFirstTextColumn) * blocks;
  if (!same || in.remaining() != chunks * 2 || packed.remaining() != 0) {
    return corrupt("the character table has a wrong size");
  }
  CharacterTable table;
  table.blocks_ = blocks;
  table.classes_.reserve(chunks);
  for (std::size_t i = 0; i < chunks; ++i) table.classes_.emplace_back(in.u16());
  return table;
}

const CharacterClasses* CharacterTable::find(std::size_t block, std::uint32_t column) const {
  const std::size_t place = (column - kFirstTextColumn) * blocks_ + block;
  return place < classes_.size() ? &classes_[place] : nullptr;
}

bool CharacterTable::may_hold(std::size_t block, std::uint32_t column,
                              CharacterClasses text) const {
  const CharacterClasses* known = find(block, column);
  return known == nullptr || known->may_hold(text);
}

bool CharacterTable::has_all_of(std::size_t block, std::uint32_t column,
                                CharacterClasses classes) const {
  const CharacterClasses* known = find(block, column);
  return known == nullptr || known->has_all_of(classes);
}

}  // namespace fortnight::storage
