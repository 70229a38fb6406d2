#include <algorithm>
#include <array>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/checksum.h"
#include "base/require.h"
#include "storage/executor.h"
#include "storage/files/file_names.h"
#include "storage/packing/limits.h"
#include "storage/part/block_builder.h"
#include "storage/part/character_table.h"
#include "storage/part/footer.h"
#include "storage/part/id_index.h"
#include "storage/part/key_index.h"
#include "storage/part/part.h"
#include "storage/part/shapes.h"

namespace fortnight::storage {
namespace {

class Writer final : public PartWriter {
 public:
  Writer(FileSystem& files, const std::string& path, std::unique_ptr<WritableFile> file, Day day,
         Effort effort, std::shared_ptr<PartMemory> memory, KeyedCallsVisitor visit,
         Executor* executor)
      : file_(std::move(file)),
        filling_(std::make_unique<BlockBuilder>(effort, dictionaries_, memory)),
        encoding_(std::make_unique<BlockBuilder>(effort, dictionaries_, memory)),
        ids_(files, path + std::string(kTemporarySuffix)),
        terms_(files, path + std::string(kTemporarySuffix) + std::string(kTemporarySuffix)),
        visit_(std::move(visit)),
        executor_(executor != nullptr ? executor : &synchronous_) {
    footer_.summary.day = day;
    footer_.effort = effort;
  }

  Result<void> start() { return write(encode_part_header(footer_.summary.day)); }

  Result<void> add(const Batch& batch, const Call& call) override {
    FORTNIGHT_REQUIRE(day_of(call.ts) == footer_.summary.day);
    const std::uint32_t shape = shapes_.intern(batch, call.shape);
    filling_->add(batch, call, shape, shapes_);
    for (const std::uint64_t hash : filling_->last_ids()) ids_.add(hash, block_);
    ++footer_.summary.calls;
    const bool full = filling_->rows() == kBlockCalls || filling_->line_bytes() >= kBlockLineBytes;
    return full ? close_block(After::another) : Result<void>();
  }

  // IDs are sorted before the last block is closed, while the block before it is encoded.
  Result<void> close() override {
    FORTNIGHT_TRY(ids_.settle());
    if (filling_->rows() > 0) return close_block(After::none);
    return write_encoded();  // `visit` must have had all calls before this returns
  }

  Result<PartSummary> finish() override {
    FORTNIGHT_TRY(close());
    FORTNIGHT_TRY(write_encoded());
    FORTNIGHT_TRY(write_sections());
    std::string footer;
    footer_.encode(footer);
    FORTNIGHT_TRY(write(footer));
    FORTNIGHT_TRY(file_->sync());
    footer_.summary.bytes = written_;
    return footer_.summary;
  }

 private:
  struct Key {
    KeyIndexBuilder index;
    bool indexed = true;
  };

  Result<void> write(std::string_view bytes) {
    FORTNIGHT_TRY(file_->write(written_, bytes));
    written_ += bytes.size();
    return {};
  }

  // Blocks must come in their order, one at a time.
  void take_keys(BlockBuilder& block) {
    block.prepare();
    for (std::size_t i = 0; i < keys_.size(); ++i) {
      Key& key = keys_[i];
      const std::span<const std::uint32_t> codes = block.key_codes(i);
      // A key with more values than its dictionary holds has no index; its column is scanned.
      key.indexed = key.indexed && !codes.empty();
      if (key.indexed) key.index.add(codes);
    }
    const std::vector<std::int64_t>& statuses = block.statuses();
    statuses_.add(std::vector<std::uint32_t>(statuses.begin(), statuses.end()));
    if (visit_) visit_(block.keyed());
  }

  // Whether another block follows.
  enum class After : std::uint8_t { another, none };

  // With the fast effort, the executor numbers the keys of the block and encodes it while this
  // thread fills the next one and then joins in: intake waits for flushes. Sealing has time and
  // leaves the other core alone. A block that is full of bytes before it is full of calls is
  // encoded at once, so that only one is in memory. The keys of the last block are numbered before
  // this returns, because the caller may use them after close().
  Result<void> close_block(After after) {
    if (after == After::another) FORTNIGHT_TRY(ids_.make_room());
    filling_->close(shapes_.shapes());
    FORTNIGHT_TRY(write_encoded());
    std::swap(filling_, encoding_);
    ++block_;
    if (after == After::none) take_keys(*encoding_);
    const bool beside = footer_.effort == Effort::fast && encoding_->line_bytes() < kBlockLineBytes;
    Executor& executor = beside ? *executor_ : synchronous_;
    encoded_ = executor.start([this, after] {
      if (after == After::another) take_keys(*encoding_);
      encoding_->encode();
    });
    return beside ? Result<void>() : write_encoded();
  }

  Result<void> write_encoded() {
    if (encoded_ == nullptr) return {};
    encoding_->encode();
    std::exchange(encoded_, nullptr)->wait();
    // Only the sealed effort has time for it. A part of today is small, and is soon merged.
    if (footer_.effort == Effort::sealed) {
      encoding_->collect_terms(shapes_.shapes(), terms_);
      FORTNIGHT_TRY(terms_.end_block(encoding_->rows()));
    }
    std::string bytes;
    BlockEntry entry = encoding_->finish(bytes, characters_);
    entry.offset = written_;
    PartSummary& summary = footer_.summary;
    summary.line_bytes += entry.line_bytes;
    summary.min_ts = std::min(summary.min_ts, entry.min_ts);
    summary.max_ts = std::max(summary.max_ts, entry.max_ts);
    summary.min_seq = blocks_.empty() ? entry.min_seq : std::min(summary.min_seq, entry.min_seq);
    summary.max_seq = std::max(summary.max_seq, entry.max_seq);
    blocks_.push_back(entry);
    return write(bytes);
  }

  Result<void> section(Section kind, std::uint32_t id, std::string_view bytes) {
    footer_.sections.push_back({kind, id, written_, bytes.size(), checksum64(bytes)});
    return write(bytes);
  }

  Result<void> write_sections() {
    std::string bytes;
    const Lz4Level level = lz4_level(footer_.effort);
    shapes_.shapes().encode_shapes(level, bytes);
    FORTNIGHT_TRY(section(Section::shapes, 0, bytes));
    bytes.clear();
    shapes_.shapes().encode_columns(level, bytes);
    FORTNIGHT_TRY(section(Section::columns, 0, bytes));
    for (const auto& [column, dictionary] : dictionaries_.all()) {
      if (dictionary.empty()) continue;
      bytes.clear();
      dictionary.encode(level, bytes);
      FORTNIGHT_TRY(section(Section::dictionary, column, bytes));
    }
    FORTNIGHT_TRY(write_early_footer());
    bytes.clear();
    statuses_.encode(bytes);
    constexpr auto kStatus = static_cast<std::uint32_t>(FieldColumn::status);
    FORTNIGHT_TRY(section(Section::key_index, kStatus, bytes));
    for (std::size_t i = 0; i < keys_.size(); ++i) {
      if (!keys_[i].indexed) continue;
      bytes.clear();
      keys_[i].index.encode(bytes);
      FORTNIGHT_TRY(section(Section::key_index, column_of(kKeyFields[i]), bytes));
    }
    bytes.clear();
    FORTNIGHT_TRY(write_ids(bytes));
    FORTNIGHT_TRY(section(Section::id_directory, 0, bytes));
    bytes.clear();
    FORTNIGHT_TRY(write_terms(bytes));
    if (!bytes.empty()) FORTNIGHT_TRY(section(Section::term_directory, 0, bytes));
    bytes.clear();
    characters_.encode(kFieldColumns + shapes_.shapes().columns.size(), level, bytes);
    if (!bytes.empty()) FORTNIGHT_TRY(section(Section::characters, 0, bytes));
    bytes.clear();
    encode_block_table(blocks_, bytes);
    return section(Section::blocks, 0, bytes);
  }

  Result<void> write_ids(std::string& directory) {
    return write_pages(Section::id_pages, [&](const WriteBytes& write) {
      return encode_id_index(ids_, directory, write);
    });
  }

  Result<void> write_terms(std::string& directory) {
    const std::size_t columns = shapes_.shapes().columns.size();
    return write_pages(Section::term_pages, [&](const WriteBytes& write) {
      return terms_.encode(columns, directory, write);
    });
  }

  // Writes pages as they are made, because they are the largest sections.
  using WriteBytes = std::function<Result<void>(std::string_view)>;
  template <typename Encode>
  Result<void> write_pages(Section kind, Encode&& encode) {
    SectionEntry pages{kind, 0, written_, 0, 0};
    RunningChecksum checksum;
    FORTNIGHT_TRY(encode([&](std::string_view bytes) {
      checksum.add(bytes);
      return write(bytes);
    }));
    pages.length = written_ - pages.offset;
    pages.checksum = checksum.value();
    if (pages.length > 0 || kind == Section::id_pages) footer_.sections.push_back(pages);
    return {};
  }

  // Written before the indices: what a reader of calls needs if the file's end is damaged.
  Result<void> write_early_footer() {
    std::string bytes;
    encode_block_table(blocks_, bytes);
    PartFooter early = footer_;
    early.sections.push_back({Section::blocks, 0, written_, bytes.size(), checksum64(bytes)});
    early.encode(bytes, kPartEarlyEndMagic);
    return section(Section::early_footer, 0, bytes);
  }

  std::unique_ptr<WritableFile> file_;
  std::uint64_t written_ = 0;
  PartFooter footer_;
  PartShapesBuilder shapes_;
  DictionarySet dictionaries_;
  std::uint32_t block_ = 0;  // the number of the block being filled
  std::unique_ptr<BlockBuilder> filling_;
  std::unique_ptr<BlockBuilder> encoding_;
  std::vector<BlockEntry> blocks_;
  CharacterTableBuilder characters_;
  std::array<Key, kKeyFields.size()> keys_;
  KeyIndexBuilder statuses_;
  IdPairs ids_;
  TermCollector terms_;
  KeyedCallsVisitor visit_;
  SynchronousExecutor synchronous_;
  Executor* const executor_;
  // The last member, because its destructor waits for a thread that uses the others.
  std::unique_ptr<Executor::Task> encoded_;
};

}  // namespace

Result<std::unique_ptr<PartWriter>> PartWriter::create(FileSystem& files, const std::string& path,
                                                       Day day, Effort effort,
                                                       std::shared_ptr<PartMemory> memory,
                                                       KeyedCallsVisitor visit,
                                                       Executor* executor) {
  FORTNIGHT_ASSIGN(auto file, files.create(path));
  if (memory == nullptr) memory = std::make_shared<PartMemory>();
  auto writer = std::make_unique<Writer>(files, path, std::move(file), day, effort,
                                         std::move(memory), std::move(visit), executor);
  FORTNIGHT_TRY(writer->start());
  return std::unique_ptr<PartWriter>(std::move(writer));
}

}  // namespace fortnight::storage
