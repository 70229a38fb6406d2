#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "storage/base/checksum.h"
#include "storage/base/limits.h"
#include "storage/part/block_builder.h"
#include "storage/part/footer.h"
#include "storage/part/id_index.h"
#include "storage/part/key_index.h"
#include "storage/part/part.h"
#include "storage/part/shapes.h"

namespace fortnight::storage {
namespace {

constexpr std::uint32_t column_of(TextField field) {
  return kFirstTextColumn + static_cast<std::uint32_t>(field);
}

class Writer final : public PartWriter {
 public:
  Writer(std::unique_ptr<WritableFile> file, Day day, Effort effort,
         std::shared_ptr<ChoiceMemory> choices)
      : file_(std::move(file)), block_(effort, dictionaries_, std::move(choices)) {
    footer_.summary.day = day;
    footer_.effort = effort;
  }

  Result<void> start() { return write(encode_part_header(footer_.summary.day)); }

  Result<void> add(const Batch& batch, const Call& call) override {
    const std::uint32_t shape = shapes_.intern(batch, call.shape);
    block_.add(batch, call, shape, shapes_);
    index_ids(batch, call);
    ++footer_.summary.calls;
    if (block_.rows() == kBlockCalls || block_.line_bytes() >= kBlockLineBytes)
      return close_block();
    return {};
  }

  Result<PartSummary> finish() override {
    if (block_.rows() > 0) FORTNIGHT_TRY(close_block());
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

  void index_keys() {
    for (std::size_t i = 0; i < keys_.size(); ++i) {
      Key& key = keys_[i];
      const std::span<const std::uint32_t> codes = block_.key_codes(i);
      // A key of more values than a dictionary takes has no index; its column is scanned.
      key.indexed = key.indexed && !codes.empty();
      if (key.indexed) key.index.add(codes);
    }
    const std::vector<std::uint32_t> statuses(block_.statuses().begin(), block_.statuses().end());
    statuses_.add(statuses);
  }

  void index_ids(const Batch& batch, const Call& call) {
    const auto block = static_cast<std::uint32_t>(blocks_.size());
    const std::string_view call_id = batch.field(call, TextField::call_id);
    if (!call_id.empty()) ids_.add(id_hash(call_id), block);
    for_each_id(batch, call,
                [&](std::string_view, std::string_view id) { ids_.add(id_hash(id), block); });
  }

  Result<void> close_block() {
    index_keys();
    std::string bytes;
    BlockEntry entry = block_.finish(shapes_.shapes(), bytes);
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
    std::string pages;
    bytes.clear();
    ids_.encode(bytes, pages);
    FORTNIGHT_TRY(section(Section::id_directory, 0, bytes));
    FORTNIGHT_TRY(section(Section::id_pages, 0, pages));
    bytes.clear();
    encode_block_table(blocks_, bytes);
    return section(Section::blocks, 0, bytes);
  }

  std::unique_ptr<WritableFile> file_;
  std::uint64_t written_ = 0;
  PartFooter footer_;
  PartShapesBuilder shapes_;
  DictionarySet dictionaries_;
  BlockBuilder block_;
  std::vector<BlockEntry> blocks_;
  std::array<Key, kKeyFields.size()> keys_;
  KeyIndexBuilder statuses_;
  IdIndexBuilder ids_;
};

}  // namespace

Result<std::unique_ptr<PartWriter>> PartWriter::create(FileSystem& files, const std::string& path,
                                                       Day day, Effort effort,
                                                       std::shared_ptr<ChoiceMemory> choices) {
  FORTNIGHT_ASSIGN(auto file, files.create(path));
  if (choices == nullptr) choices = std::make_shared<ChoiceMemory>();
  auto writer = std::make_unique<Writer>(std::move(file), day, effort, std::move(choices));
  FORTNIGHT_TRY(writer->start());
  return std::unique_ptr<PartWriter>(std::move(writer));
}

}  // namespace fortnight::storage
