#include "storage/packing/dictionary.h"

#include <algorithm>
#include <vector>

#include "base/bytes.h"

namespace fortnight::storage {
namespace {

constexpr std::uint64_t kMaxDictionaryBytes = 256U << 20;

}  // namespace

std::pair<std::uint64_t, std::optional<std::uint32_t>> DictionaryBuilder::look_up(
    std::string_view text) const {
  for (std::uint64_t key = checksum64(text);; ++key) {
    const auto found = codes_.find(key);
    if (found == codes_.end()) return {key, std::nullopt};
    if (entries_[found->second] == text) return {key, found->second};
  }
}

std::optional<std::uint32_t> DictionaryBuilder::find(std::string_view text) const {
  return look_up(text).second;
}

std::optional<std::uint32_t> DictionaryBuilder::intern(std::string_view text) {
  const auto [key, known] = look_up(text);
  if (known) return known;
  if (!has_room(1, text.size())) return std::nullopt;
  const auto code = static_cast<std::uint32_t>(entries_.size());
  codes_.emplace(key, code);
  entries_.add(text);
  return code;
}

// Removes the last entry first, so that no remaining text is found only by a key after that of a
// removed one.
void DictionaryBuilder::rollback(std::size_t size) {
  for (std::size_t i = entries_.size(); i-- > size;) codes_.erase(look_up(entries_[i]).first);
  entries_.truncate(std::min(size, entries_.size()));
  classified_ = std::min(classified_, entries_.bytes().size());
}

CharacterClasses DictionaryBuilder::characters() {
  characters_ |= CharacterClasses::of(entries_.bytes().substr(classified_));
  classified_ = entries_.bytes().size();
  return characters_;
}

void DictionaryBuilder::encode(Lz4Level level, std::string& out) const {
  std::string raw;
  ByteWriter writer(raw);
  writer.varint(entries_.size());
  for (std::size_t i = 0; i < entries_.size(); ++i) writer.varint(entries_.length(i));
  writer.bytes(entries_.bytes());
  append_lz4(raw, level, out);
}

Result<Dictionary> Dictionary::parse(std::string_view bytes) {
  ByteReader packed(bytes);
  Dictionary dictionary;
  FORTNIGHT_ASSIGN(dictionary.raw_, read_lz4(packed, kMaxDictionaryBytes));
  ByteReader in(dictionary.raw_);
  dictionary.ends_.resize(in.count());
  std::uint64_t end = 0;
  for (std::uint32_t& of : dictionary.ends_) {
    end += in.count();  // of the entries' bytes
    of = static_cast<std::uint32_t>(end);
  }
  if (!in.ok() || end > in.remaining()) return corrupt("dictionary cut short");
  dictionary.first_ = static_cast<std::uint32_t>(dictionary.raw_.size() - in.remaining());
  dictionary.raw_.resize(dictionary.first_ + end);
  for (std::uint32_t& of : dictionary.ends_) of += dictionary.first_;
  return dictionary;
}

}  // namespace fortnight::storage
