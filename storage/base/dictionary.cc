#include "storage/base/dictionary.h"

#include <algorithm>
#include <vector>

#include "storage/base/bytes.h"

namespace fortnight::storage {
namespace {

constexpr std::uint64_t kMaxDictionaryBytes = 256U << 20;

}  // namespace

std::optional<std::uint32_t> DictionaryBuilder::find(std::string_view text) const {
  const auto found = codes_.find(text);
  if (found == codes_.end()) return std::nullopt;
  return found->second;
}

std::optional<std::uint32_t> DictionaryBuilder::intern(std::string_view text) {
  const auto found = codes_.find(text);
  if (found != codes_.end()) return found->second;
  if (!has_room(1, text.size())) return std::nullopt;
  const auto code = static_cast<std::uint32_t>(entries_.size());
  codes_.emplace(std::string(text), code);
  entries_.add(text);
  return code;
}

void DictionaryBuilder::rollback(std::size_t size) {
  for (std::size_t i = size; i < entries_.size(); ++i) codes_.erase(codes_.find(entries_[i]));
  entries_.truncate(std::min(size, entries_.size()));
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
  FORTNIGHT_ASSIGN(const std::string raw, read_lz4(packed, kMaxDictionaryBytes));
  ByteReader in(raw);
  std::vector<std::uint64_t> lengths(in.count());
  for (std::uint64_t& length : lengths) length = in.varint();
  Dictionary dictionary;
  for (const std::uint64_t length : lengths) dictionary.entries_.add(in.bytes(length));
  if (!in.ok()) return corrupt("dictionary cut short");
  return dictionary;
}

}  // namespace fortnight::storage
