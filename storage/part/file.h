// An open part: reads, checks, parses and caches its sections and chunks. storage/part/reader
// interprets them for queries.
//
// Immutable and thread-safe after open. Returned objects stay valid while they are held, even if
// the cache drops them.
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
#include "storage/part/term_index.h"

namespace fortnight::storage {

// Bytes with kPackPadding readable bytes after the end. Not a string, because that would zero the
// bytes before they are read.
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

// A chunk in memory: numbers or text, with the bytes and the dictionaries that it refers to.
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
  // Opens a file that open() finds damaged, by its last whole footer: blocks and indices may be
  // missing. For saving its calls, not for queries. ErrorCode::corrupt if there is no whole footer.
  static Result<std::shared_ptr<const PartFile>> open_damaged(FileSystem& files,
                                                              const std::string& path,
                                                              std::shared_ptr<BlockCache> cache);

  [[nodiscard]] const PartFooter& footer() const { return footer_; }
  [[nodiscard]] const std::vector<BlockEntry>& blocks() const { return blocks_; }

  [[nodiscard]] Result<std::shared_ptr<const PartShapes>> shapes() const;
  // Null if the column has none.
  [[nodiscard]] Result<std::shared_ptr<const Dictionary>> dictionary(std::uint32_t column) const;
  // The same for a caller that reads it once: a dictionary that isn't cached stays uncached.
  [[nodiscard]] Result<std::shared_ptr<const Dictionary>> passing_dictionary(
      std::uint32_t column) const;
  // Null if the column has no index.
  [[nodiscard]] Result<std::shared_ptr<const KeyDirectory>> keys(std::uint32_t column) const;
  [[nodiscard]] Result<Roaring> rows(std::uint32_t column,
                                     const KeyDirectory::Bitmap& bitmap) const;
  [[nodiscard]] Result<std::shared_ptr<const IdDirectory>> id_directory() const;
  // The blocks that may have an ID of this hash, ascending.
  [[nodiscard]] Result<std::vector<std::uint32_t>> blocks_with_id(std::uint64_t hash) const;
  // Null if the part has no index of terms.
  [[nodiscard]] Result<std::shared_ptr<const TermDirectory>> terms() const;
  // The blocks that may have a term of this hash in a column which the index covers, ascending.
  // Requires an index that doesn't list the term as frequent.
  [[nodiscard]] Result<std::vector<std::uint32_t>> blocks_with_term(const TermDirectory& terms,
                                                                    std::uint64_t hash) const;
  [[nodiscard]] Result<std::shared_ptr<const BlockHeader>> header(std::uint32_t block) const;
  [[nodiscard]] Result<std::shared_ptr<const BlockLayout>> layout(std::uint32_t block) const;
  // Never null. If the part has no table, an empty one that excludes nothing.
  [[nodiscard]] Result<std::shared_ptr<const CharacterTable>> characters() const;
  // The blocks that are known to have no call of a query; the caller may add to them.
  [[nodiscard]] std::shared_ptr<const KnownMisses> known_misses(std::string key) const;
  // `values` is the number of values that the chunk must have; `value_shapes` as in ChunkContext.
  [[nodiscard]] Result<std::shared_ptr<const LoadedChunk>> chunk(
      const ChunkEntry& entry, std::uint32_t values,
      std::function<std::vector<std::uint16_t>()> value_shapes) const;
  // A section's bytes. The checksum is verified if it covers the whole section.
  [[nodiscard]] Result<std::string> read_section(const SectionEntry& section) const;
  // Returns padded bytes.
  [[nodiscard]] Result<std::string> read(std::uint64_t offset, std::uint64_t length) const;
  // Fills `bytes`.
  [[nodiscard]] Result<void> read(std::uint64_t offset, std::span<char> bytes) const;
  [[nodiscard]] Error damaged_chunk() const;
  // The number in Completeness::damage of a block that can't be read.
  [[nodiscard]] std::uint64_t damage_number(std::uint32_t block) const;
  // Notes for status() that a block can't be read.
  void note_unreadable(std::uint32_t block, const Error& error) const;

 private:
  PartFile() = default;
  static Result<std::shared_ptr<PartFile>> start(FileSystem& files, const std::string& path,
                                                 std::shared_ptr<BlockCache> cache);
  [[nodiscard]] Result<PaddedBytes> read_chunk(const ChunkEntry& entry) const;
  [[nodiscard]] Result<Dictionary> read_dictionary(const SectionEntry& section) const;
  [[nodiscard]] Result<std::vector<std::uint32_t>> blocks_in(const IdDirectory& directory,
                                                             Section pages,
                                                             std::uint64_t hash) const;
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
