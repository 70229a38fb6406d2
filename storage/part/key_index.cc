#include "storage/part/key_index.h"

#include <algorithm>
#include <utility>

#include "base/bytes.h"
#include "base/checksum.h"

namespace fortnight::storage {

namespace {

constexpr std::uint32_t kNoRow = 0xffffffff;

}  // namespace

void KeyIndexBuilder::add(std::span<const std::uint32_t> values) {
  const auto count = static_cast<std::uint32_t>(values.size());
  next_.resize(count);
  for (std::uint32_t i = count; i-- > 0;) {
    const std::uint32_t value = values[i];
    if (value >= first_.size()) first_.resize(value + 1, kNoRow);
    if (first_[value] == kNoRow) met_.push_back(value);
    next_[i] = std::exchange(first_[value], i);
  }
  if (first_.size() > rows_.size()) rows_.resize(first_.size());
  for (const std::uint32_t value : met_) {
    run_.clear();
    for (std::uint32_t i = std::exchange(first_[value], kNoRow); i != kNoRow; i = next_[i]) {
      run_.push_back(count_ + i);
    }
    rows_[value].addMany(run_.size(), run_.data());
  }
  met_.clear();
  count_ += count;
}

void KeyIndexBuilder::encode(std::string& out) {
  std::string directory;
  std::string bitmaps;
  ByteWriter writer(directory);
  writer.varint(static_cast<std::uint64_t>(std::count_if(
      rows_.begin(), rows_.end(), [](const Roaring& rows) { return !rows.isEmpty(); })));
  std::int64_t previous = 0;
  for (std::uint32_t value = 0; value < rows_.size(); ++value) {
    Roaring& rows = rows_[value];
    if (rows.isEmpty()) continue;
    rows.runOptimize();
    std::string bytes(rows.getSizeInBytes(), '\0');
    rows.write(bytes.data());
    writer.signed_varint(static_cast<std::int64_t>(value) - previous);
    writer.varint(bytes.size());
    writer.u32(checksum32(bytes));
    bitmaps += bytes;
    previous = value;
  }
  ByteWriter prefix(out);
  prefix.u32(static_cast<std::uint32_t>(directory.size()));
  prefix.u64(checksum64(directory));
  prefix.bytes(directory);
  prefix.bytes(bitmaps);
}

Result<std::uint64_t> KeyDirectory::directory_bytes(std::string_view prefix) {
  ByteReader in(prefix);
  const std::uint64_t length = in.u32();
  if (!in.ok()) return corrupt("key index cut short");
  return length;
}

Result<KeyDirectory> KeyDirectory::parse(std::string_view bytes, std::uint64_t section_bytes) {
  ByteReader prefix(bytes);
  const std::uint32_t length = prefix.u32();
  const std::uint64_t sum = prefix.u64();
  const std::string_view directory = prefix.bytes(length);
  if (!prefix.ok() || checksum64(directory) != sum) return corrupt("damaged key index");
  ByteReader in(directory);
  KeyDirectory result;
  const std::uint64_t count = in.count(6);
  std::uint64_t offset = kPrefixBytes + length;
  std::int64_t value = 0;
  for (std::uint64_t i = 0; i < count; ++i) {
    value += in.signed_varint();
    Bitmap bitmap{offset, in.varint(), in.u32()};
    if (!in.ok() || bitmap.length > section_bytes || offset > section_bytes - bitmap.length) {
      return corrupt("damaged key index");
    }
    offset += bitmap.length;
    result.values_.emplace_back(value, bitmap);
  }
  return result;
}

const KeyDirectory::Bitmap* KeyDirectory::find(std::int64_t value) const {
  const auto found =
      std::lower_bound(values_.begin(), values_.end(), value,
                       [](const auto& entry, std::int64_t v) { return entry.first < v; });
  return found != values_.end() && found->first == value ? &found->second : nullptr;
}

Result<Roaring> KeyDirectory::read(const Bitmap& bitmap, std::string_view bytes) {
  if (bytes.size() != bitmap.length || checksum32(bytes) != bitmap.checksum) {
    return corrupt("damaged bitmap of a key index");
  }
  // The checksum detects damage; a forged file may still contain an invalid bitmap.
  try {
    return Roaring::readSafe(bytes.data(), bytes.size());
  } catch (const std::runtime_error&) {
    return corrupt("no Roaring bitmap");
  }
}

}  // namespace fortnight::storage
