#include "storage/part/file.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/checksum.h"
#include "storage/packing/limits.h"
#include "storage/packing/packed.h"
#include "storage/part/footer_search.h"

namespace fortnight::storage {
namespace {

// Places in the cache: chunks, block headers and layouts are keyed by their offset, sections by
// their kind and id.
constexpr std::uint64_t kHeaderPlace = std::uint64_t{1} << 62;
constexpr std::uint64_t kLayoutPlace = std::uint64_t{1} << 61;
constexpr std::uint64_t kMissesPlace = std::uint64_t{1} << 60;  // combined with the query's hash
std::uint64_t section_place(Section kind, std::uint32_t id) {
  return std::uint64_t{1} << 63 | static_cast<std::uint64_t>(kind) << 32 | id;
}

bool is_number(std::uint32_t column) { return column < kFirstTextColumn; }

}  // namespace

Result<std::string> PartFile::read(std::uint64_t offset, std::uint64_t length) const {
  if (length > footer_.summary.bytes) return corrupt("a length beyond the file's");
  // The minimum size avoids the small-string buffer, which has no padding behind it.
  std::string bytes(std::max<std::uint64_t>(length + kPackPadding, 64), '\0');
  FORTNIGHT_TRY(read(offset, std::span(bytes.data(), length)));
  bytes.resize(length);  // the padding stays readable, since the capacity stays
  return bytes;
}

Result<void> PartFile::read(std::uint64_t offset, std::span<char> bytes) const {
  if (auto done = file_->read(offset, bytes); !done) return done.error().within(path_);
  return {};
}

void PartFile::note_unreadable(std::uint32_t block, const Error& error) const {
  cache_->failures().note(path_ + ", block " + std::to_string(block), error.message);
}

std::uint64_t PartFile::damage_number(std::uint32_t block) const {
  return checksum64(path_ + '/' + std::to_string(block));
}

Error PartFile::damaged_chunk() const { return corrupt(path_ + ": damaged chunk"); }

Result<std::shared_ptr<PartFile>> PartFile::start(FileSystem& files, const std::string& path,
                                                  std::shared_ptr<BlockCache> cache) {
  std::shared_ptr<PartFile> part(new PartFile);
  part->path_ = path;
  FORTNIGHT_ASSIGN(part->file_, files.open(path));
  part->cache_ = std::move(cache);
  part->cache_file_ = part->cache_->next_file();
  part->footer_.summary.bytes = part->file_->size();
  return part;
}

Result<std::shared_ptr<const PartFile>> PartFile::open_damaged(FileSystem& files,
                                                               const std::string& path,
                                                               std::shared_ptr<BlockCache> cache) {
  FORTNIGHT_ASSIGN(const auto part, start(files, path, std::move(cache)));
  const auto header = part->read(0, std::min<std::uint64_t>(part->file_->size(), kPartHeaderBytes));
  const auto good = header ? check_part_header(*header) : header.error();
  if (!good && good.error().code == ErrorCode::unsupported) return good.error().within(path);
  auto found = find_footer(*part->file_);
  if (!found) return found.error().within(path);
  part->footer_ = std::move(found->footer);
  part->blocks_ = std::move(found->blocks);
  return std::shared_ptr<const PartFile>(part);
}

Result<std::shared_ptr<const PartFile>> PartFile::open(FileSystem& files, const std::string& path,
                                                       std::shared_ptr<BlockCache> cache) {
  FORTNIGHT_ASSIGN(const auto part, start(files, path, std::move(cache)));
  const std::uint64_t size = part->file_->size();
  if (size < kPartHeaderBytes + kPartTrailerBytes) return corrupt(path + ": too short for a part");
  FORTNIGHT_ASSIGN(const std::string header, part->read(0, kPartHeaderBytes));
  if (auto good = check_part_header(header); !good) return good.error().within(path);
  FORTNIGHT_ASSIGN(const std::string trailer,
                   part->read(size - kPartTrailerBytes, kPartTrailerBytes));
  ByteReader in(trailer);
  const std::uint64_t footer_bytes = in.u32();
  const std::uint64_t sum = in.u64();
  if (in.bytes(kPartEndMagic.size()) != kPartEndMagic || footer_bytes > kMaxFooterBytes ||
      footer_bytes > size - kPartHeaderBytes - kPartTrailerBytes) {
    return corrupt(path + ": no part's end");
  }
  FORTNIGHT_ASSIGN(const std::string footer,
                   part->read(size - kPartTrailerBytes - footer_bytes, footer_bytes));
  if (checksum64(footer) != sum) return corrupt(path + ": damaged footer");
  auto parsed = PartFooter::parse(footer, size);
  if (!parsed) return parsed.error().within(path);
  part->footer_ = std::move(*parsed);
  part->footer_.summary.checksum = sum;
  const SectionEntry* table = part->footer_.find(Section::blocks);
  if (table == nullptr) return corrupt(path + ": no block table");
  FORTNIGHT_ASSIGN(const std::string blocks, part->read_section(*table));
  auto entries = parse_block_table(blocks, part->footer_);
  if (!entries) return entries.error().within(path);
  part->blocks_ = std::move(*entries);
  return std::shared_ptr<const PartFile>(part);
}

Result<std::string> PartFile::read_section(const SectionEntry& section) const {
  FORTNIGHT_ASSIGN(std::string bytes, read(section.offset, section.length));
  if (checked_as_a_whole(section.kind) && checksum64(bytes) != section.checksum) {
    return corrupt(path_ + ": damaged section " +
                   std::to_string(static_cast<unsigned>(section.kind)));
  }
  return bytes;
}

template <typename T, typename Load>
Result<std::shared_ptr<const T>> PartFile::cached(std::uint64_t place, Load&& load) const {
  const BlockCache::Key key{cache_file_, place};
  if (auto found = cache_->find<T>(key)) return found;
  Result<T> loaded = load();
  if (!loaded) return loaded.error().within(path_);
  auto value = std::make_shared<const T>(std::move(*loaded));
  cache_->insert(key, value, value->memory());
  return std::shared_ptr<const T>(std::move(value));
}

std::shared_ptr<const KnownMisses> PartFile::known_misses(std::string key) const {
  const std::uint64_t hash = checksum64(key) & (kMissesPlace - 1);
  const BlockCache::Key place{cache_file_, kMissesPlace | hash};
  auto found = cache_->find<KnownMisses>(place);
  if (found != nullptr && found->key() == key) return found;
  auto fresh = std::make_shared<const KnownMisses>(std::move(key), blocks_.size());
  // If two queries have the same hash, the first is remembered.
  if (found == nullptr) cache_->insert_prized(place, fresh, fresh->memory());
  return fresh;
}

Result<std::shared_ptr<const PartShapes>> PartFile::shapes() const {
  return cached<PartShapes>(section_place(Section::shapes, 0), [&]() -> Result<PartShapes> {
    const SectionEntry* shapes = footer_.find(Section::shapes);
    const SectionEntry* columns = footer_.find(Section::columns);
    if (shapes == nullptr || columns == nullptr) return corrupt("no shapes");
    FORTNIGHT_ASSIGN(const std::string shape_bytes, read_section(*shapes));
    FORTNIGHT_ASSIGN(const std::string column_bytes, read_section(*columns));
    return PartShapes::parse(shape_bytes, column_bytes);
  });
}

Result<std::shared_ptr<const Dictionary>> PartFile::dictionary(std::uint32_t column) const {
  const SectionEntry* section = footer_.find(Section::dictionary, column);
  if (section == nullptr) return std::shared_ptr<const Dictionary>();
  return cached<Dictionary>(section_place(Section::dictionary, column),
                            [&] { return read_dictionary(*section); });
}

Result<std::shared_ptr<const Dictionary>> PartFile::passing_dictionary(std::uint32_t column) const {
  const SectionEntry* section = footer_.find(Section::dictionary, column);
  if (section == nullptr) return std::shared_ptr<const Dictionary>();
  const BlockCache::Key key{cache_file_, section_place(Section::dictionary, column)};
  if (auto found = cache_->find<Dictionary>(key)) return found;
  auto read = read_dictionary(*section);
  if (!read) return read.error().within(path_);
  return std::make_shared<const Dictionary>(std::move(*read));
}

Result<std::shared_ptr<const CharacterTable>> PartFile::characters() const {
  const SectionEntry* section = footer_.find(Section::characters);
  if (section == nullptr) return std::make_shared<const CharacterTable>();
  return cached<CharacterTable>(
      section_place(Section::characters, 0), [&]() -> Result<CharacterTable> {
        FORTNIGHT_ASSIGN(const std::string bytes, read_section(*section));
        FORTNIGHT_ASSIGN(const auto of_part, shapes());
        return CharacterTable::parse(bytes, kFieldColumns + of_part->columns.size(),
                                     blocks_.size());
      });
}

Result<Dictionary> PartFile::read_dictionary(const SectionEntry& section) const {
  FORTNIGHT_ASSIGN(const std::string bytes, read_section(section));
  return Dictionary::parse(bytes);
}

Result<std::shared_ptr<const KeyDirectory>> PartFile::keys(std::uint32_t column) const {
  const SectionEntry* section = footer_.find(Section::key_index, column);
  if (section == nullptr) return std::shared_ptr<const KeyDirectory>();
  return cached<KeyDirectory>(
      section_place(Section::key_index, column), [&]() -> Result<KeyDirectory> {
        if (section->length < KeyDirectory::kPrefixBytes) return corrupt("key index cut short");
        FORTNIGHT_ASSIGN(const std::string prefix,
                         read(section->offset, KeyDirectory::kPrefixBytes));
        FORTNIGHT_ASSIGN(const std::uint64_t length, KeyDirectory::directory_bytes(prefix));
        const std::uint64_t whole = KeyDirectory::kPrefixBytes + length;
        if (whole > section->length) return corrupt("key index cut short");
        FORTNIGHT_ASSIGN(const std::string bytes, read(section->offset, whole));
        return KeyDirectory::parse(bytes, section->length);
      });
}

Result<Roaring> PartFile::rows(std::uint32_t column, const KeyDirectory::Bitmap& bitmap) const {
  const SectionEntry* section = footer_.find(Section::key_index, column);
  FORTNIGHT_ASSIGN(const std::string bytes, read(section->offset + bitmap.offset, bitmap.length));
  auto rows = KeyDirectory::read(bitmap, bytes);
  if (!rows) return rows.error().within(path_);
  return rows;
}

Result<std::shared_ptr<const IdDirectory>> PartFile::id_directory() const {
  return cached<IdDirectory>(section_place(Section::id_directory, 0), [&]() -> Result<IdDirectory> {
    const SectionEntry* directory = footer_.find(Section::id_directory);
    const SectionEntry* pages = footer_.find(Section::id_pages);
    if (directory == nullptr || pages == nullptr) return corrupt("no ID index");
    FORTNIGHT_ASSIGN(const std::string bytes, read_section(*directory));
    return IdDirectory::parse(bytes, pages->length);
  });
}

Result<std::vector<std::uint32_t>> PartFile::blocks_with_id(std::uint64_t hash) const {
  FORTNIGHT_ASSIGN(const auto directory, id_directory());
  return blocks_in(*directory, Section::id_pages, hash);
}

Result<std::shared_ptr<const TermDirectory>> PartFile::terms() const {
  const SectionEntry* directory = footer_.find(Section::term_directory);
  if (directory == nullptr) return std::shared_ptr<const TermDirectory>();
  return cached<TermDirectory>(
      section_place(Section::term_directory, 0), [&]() -> Result<TermDirectory> {
        const SectionEntry* pages = footer_.find(Section::term_pages);
        FORTNIGHT_ASSIGN(const auto of_part, shapes());
        FORTNIGHT_ASSIGN(const std::string bytes, read_section(*directory));
        return TermDirectory::parse(bytes, pages == nullptr ? 0 : pages->length,
                                    of_part->columns.size());
      });
}

Result<std::vector<std::uint32_t>> PartFile::blocks_with_term(const TermDirectory& terms,
                                                              std::uint64_t hash) const {
  FORTNIGHT_ASSIGN(std::vector<std::uint32_t> blocks,
                   blocks_in(terms.pages(), Section::term_pages, hash));
  FORTNIGHT_ASSIGN(const std::vector<std::uint32_t> by_id, blocks_with_id(hash));
  blocks.insert(blocks.end(), by_id.begin(), by_id.end());
  std::sort(blocks.begin(), blocks.end());
  blocks.erase(std::unique(blocks.begin(), blocks.end()), blocks.end());
  return blocks;
}

Result<std::vector<std::uint32_t>> PartFile::blocks_in(const IdDirectory& directory, Section kind,
                                                       std::uint64_t hash) const {
  std::vector<std::uint32_t> blocks;
  const IdDirectory::Page page = directory.page_of(hash);
  if (page.length == 0) return blocks;
  const SectionEntry* pages = footer_.find(kind);
  FORTNIGHT_ASSIGN(const std::string bytes, read(pages->offset + page.offset, page.length));
  if (auto found = directory.find(hash, bytes, blocks); !found) return found.error().within(path_);
  for (const std::uint32_t block : blocks) {
    if (block >= blocks_.size()) return corrupt(path_ + ": an index names no block");
  }
  return blocks;
}

namespace {

struct CachedHeader : BlockHeader {
  [[nodiscard]] std::size_t memory() const {
    return sizeof(*this) + chunks.capacity() * sizeof(ChunkEntry);
  }
};

}  // namespace

Result<std::shared_ptr<const BlockHeader>> PartFile::header(std::uint32_t block) const {
  const BlockEntry& entry = blocks_[block];
  FORTNIGHT_ASSIGN(
      auto header, cached<CachedHeader>(kHeaderPlace | entry.offset, [&]() -> Result<CachedHeader> {
        FORTNIGHT_ASSIGN(const std::string bytes, read(entry.offset, entry.header_bytes));
        if (checksum32(bytes) != entry.header_checksum) {
          return corrupt("damaged block header");
        }
        FORTNIGHT_ASSIGN(BlockHeader parsed, BlockHeader::parse(bytes, entry));
        return CachedHeader{std::move(parsed)};
      }));
  return std::shared_ptr<const BlockHeader>(std::move(header));
}

Result<PaddedBytes> PartFile::read_chunk(const ChunkEntry& entry) const {
  if (entry.length > footer_.summary.bytes) return corrupt("a length beyond the file's");
  PaddedBytes bytes(entry.length);
  FORTNIGHT_TRY(read(entry.offset, bytes.span()));
  if (checksum32(bytes.view()) != entry.checksum) return damaged_chunk();
  return bytes;
}

Result<std::shared_ptr<const BlockLayout>> PartFile::layout(std::uint32_t block) const {
  return cached<BlockLayout>(kLayoutPlace | blocks_[block].offset, [&]() -> Result<BlockLayout> {
    FORTNIGHT_ASSIGN(const auto of_part, shapes());
    FORTNIGHT_ASSIGN(const auto of_block, header(block));
    const auto* entry = of_block->find(static_cast<std::uint32_t>(FieldColumn::shape));
    if (entry == nullptr) return corrupt("block without its column of shapes");
    FORTNIGHT_ASSIGN(const PaddedBytes bytes, read_chunk(*entry));
    FORTNIGHT_ASSIGN(const auto numbers, parse_number_chunk(bytes.view(), of_block->rows));
    return BlockLayout::make(*numbers, of_part->shapes.size());
  });
}

Result<std::shared_ptr<const LoadedChunk>> PartFile::chunk(
    const ChunkEntry& entry, std::uint32_t values,
    std::function<std::vector<std::uint16_t>()> value_shapes) const {
  const BlockCache::Key key{cache_file_, entry.offset};
  if (auto found = cache_->find<LoadedChunk>(key)) return found;
  auto chunk = std::make_shared<LoadedChunk>();
  FORTNIGHT_ASSIGN(chunk->bytes, read_chunk(entry));
  std::size_t memory = sizeof(LoadedChunk) + chunk->bytes.memory();
  if (is_number(entry.column)) {
    auto numbers = parse_number_chunk(chunk->bytes.view(), values);
    if (!numbers) return numbers.error().within(path_);
    chunk->numbers = std::move(*numbers);
    memory += chunk->numbers->memory();
  } else {
    FORTNIGHT_ASSIGN(chunk->dictionary, dictionary(entry.column));
    FORTNIGHT_ASSIGN(chunk->words, dictionary(kWordsDictionary));
    auto text = parse_text_chunk(chunk->bytes.view(), {.column = entry.column,
                                                       .values = values,
                                                       .dictionary = chunk->dictionary.get(),
                                                       .words = chunk->words.get(),
                                                       .depth = 0,
                                                       .value_shapes = std::move(value_shapes)});
    if (!text) return text.error().within(path_);
    chunk->text = std::move(*text);
    memory += chunk->text->memory();
  }
  cache_->offer(key, chunk, memory);
  return std::shared_ptr<const LoadedChunk>(std::move(chunk));
}

}  // namespace fortnight::storage
