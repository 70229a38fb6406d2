// An open part: its sections and chunks, read, checked, parsed and cached. What they mean for a
// query is part_reader's business.
//
// Immutable and thread-safe after open. Whatever it gives out stays valid for as long as it is
// held, whether the cache keeps it or not.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "storage/encoding/number_chunk.h"
#include "storage/encoding/text_chunk.h"
#include "storage/files/block_cache.h"
#include "storage/packing/dictionary.h"
#include "storage/packing/packed.h"
#include "storage/part/block_header.h"
#include "storage/part/block_layout.h"
#include "storage/part/character_table.h"
#include "storage/part/footer.h"
#include "storage/part/id_index.h"
#include "storage/part/key_index.h"
#include "storage/part/known_misses.h"
#include "storage/part/shapes.h"

namespace fortnight::storage {

// Bytes that can be read for kPackPadding beyond their end. Of its own, since a string's would be
// zeroed before they are read.
class PaddedBytes {
 public:
  PaddedBytes() = default;
  explicit PaddedBytes(std::size_t size)
      : bytes_(std::make_unique_for_overwrite<char[]>(size + kPackPadding)), size_(size) {
    std::fill_n(bytes_.get() + size, kPackPadding, '\0');
  }
  [[nodiscard]] std::span<char> span() { return {bytes_.get(), size_}; }
  [[nodiscard]] std::string_view view() const { return {bytes_.get(), size_}; }
  [[nodiscard]] std::size_t memory() const { return size_ + kPackPadding; }

 private:
  std::unique_ptr<char[]> bytes_;
  std::size_t size_ = 0;
};

// A chunk in memory: numbers or text, and the bytes and the dictionaries that it refers to.
struct LoadedChunk {
  PaddedBytes bytes;
  std::shared_ptr<const Dictionary> dictionary;
  std::shared_ptr<const Dictionary> words;
  std::unique_ptr<NumberChunk> numbers;
  std::unique_ptr<TextChunk> text;
};

class PartFile {
 public:
  static Result<std::shared_ptr<const PartFile>> open(FileSystem& files, const std::string& path,
                                                      std::shared_ptr<BlockCache> cache);
  // A file that open() finds damaged, by the last whole footer in it: blocks may be missing, and so
  // may indices. For saving its calls, not for queries. ErrorCode::corrupt where there is none.
  static Result<std::shared_ptr<const PartFile>> open_damaged(FileSystem& files,
                                                              const std::string& path,
                                                              std::shared_ptr<BlockCache> cache);

  [[nodiscard]] const PartFooter& footer() const { return footer_; }
  [[nodiscard]] const std::vector<BlockEntry>& blocks() const { return blocks_; }

  [[nodiscard]] Result<std::shared_ptr<const PartShapes>> shapes() const;
  // Null where the column has none.
  [[nodiscard]] Result<std::shared_ptr<const Dictionary>> dictionary(std::uint32_t column) const;
  // The same, for who looks through it once: one that isn't in the cache doesn't go there.
  [[nodiscard]] Result<std::shared_ptr<const Dictionary>> passing_dictionary(
      std::uint32_t column) const;
  // Null where the column has no index.
  [[nodiscard]] Result<std::shared_ptr<const KeyDirectory>> keys(std::uint32_t column) const;
  [[nodiscard]] Result<Roaring> rows(std::uint32_t column,
                                     const KeyDirectory::Bitmap& bitmap) const;
  [[nodiscard]] Result<std::shared_ptr<const IdDirectory>> id_directory() const;
  // The blocks that may bear an ID of this hash, ascending.
  [[nodiscard]] Result<std::vector<std::uint32_t>> blocks_with_id(std::uint64_t hash) const;
  [[nodiscard]] Result<std::shared_ptr<const BlockHeader>> header(std::uint32_t block) const;
  [[nodiscard]] Result<std::shared_ptr<const BlockLayout>> layout(std::uint32_t block) const;
  // Never null: of a part that has none, one that holds nothing back.
  [[nodiscard]] Result<std::shared_ptr<const CharacterTable>> characters() const;
  // What is known of the blocks that have none of a query's calls, and where to add to it.
  [[nodiscard]] std::shared_ptr<const KnownMisses> known_misses(std::string key) const;
  // `values` is how many values the chunk has to have; `value_shapes` as ChunkContext says.
  [[nodiscard]] Result<std::shared_ptr<const LoadedChunk>> chunk(
      const ChunkEntry& entry, std::uint32_t values,
      std::function<std::vector<std::uint16_t>()> value_shapes) const;
  // A section's bytes, checked where it is checked as a whole.
  [[nodiscard]] Result<std::string> read_section(const SectionEntry& section) const;
  // They are padded.
  [[nodiscard]] Result<std::string> read(std::uint64_t offset, std::uint64_t length) const;
  // Fills `bytes`.
  [[nodiscard]] Result<void> read(std::uint64_t offset, std::span<char> bytes) const;
  [[nodiscard]] Error damaged_chunk() const;
  // Notes, for whoever looks after the store, that a block can't be read.
  void note_unreadable(std::uint32_t block, const Error& error) const;

 private:
  PartFile() = default;
  static Result<std::shared_ptr<PartFile>> start(FileSystem& files, const std::string& path,
                                                 std::shared_ptr<BlockCache> cache);
  [[nodiscard]] Result<PaddedBytes> read_chunk(const ChunkEntry& entry) const;
  [[nodiscard]] Result<Dictionary> read_dictionary(const SectionEntry& section) const;
  template <typename T, typename Load>
  Result<std::shared_ptr<const T>> cached(std::uint64_t place, Load&& load) const;

  std::string path_;
  std::unique_ptr<ReadableFile> file_;
  std::shared_ptr<BlockCache> cache_;
  std::uint64_t cache_file_ = 0;
  PartFooter footer_;
  std::vector<BlockEntry> blocks_;
};

}  // namespace fortnight::storage
