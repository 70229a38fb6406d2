#include "storage/part/raw_chunks.h"

#include <span>
#include <utility>

#include "base/checksum.h"

namespace fortnight::storage {
namespace {

// If two chunks are at most this far apart, the bytes between them are read too: that is faster
// than another read.
constexpr std::uint64_t kGap = 4096;

// Adjacent chunks, read together.
struct Run {
  std::uint64_t offset = 0;  // in the file
  std::uint64_t length = 0;
  std::size_t at = 0;  // in the buffer
};

}  // namespace

Result<std::vector<RawChunk>> read_raw_chunks(
    const BlockReader& block, const std::function<bool(std::uint32_t column)>& wanted,
    std::string& bytes) {
  std::vector<Run> runs;
  // And the index of the run that contains it.
  std::vector<std::pair<const ChunkEntry*, std::size_t>> entries;
  for (const ChunkEntry& entry : block.header().chunks) {
    if (entry.column < kFirstTextColumn || !wanted(entry.column)) continue;
    if (entry.column >= block.positions().columns()) return corrupt("block of an unknown column");
    if (runs.empty() || entry.offset - runs.back().offset > runs.back().length + kGap) {
      runs.push_back({entry.offset, 0, 0});
    }
    runs.back().length = entry.offset + entry.length - runs.back().offset;
    entries.emplace_back(&entry, runs.size() - 1);
  }
  std::size_t size = 0;
  for (Run& run : runs) {
    run.at = size;
    size += run.length;
  }
  bytes.resize(size + kPackPadding);
  for (const Run& run : runs) {
    FORTNIGHT_TRY(block.part().read(run.offset, std::span(bytes.data() + run.at, run.length)));
  }
  std::vector<RawChunk> chunks;
  for (const auto& [entry, number] : entries) {
    const Run& run = runs[number];
    const std::string_view of =
        std::string_view(bytes).substr(run.at + (entry->offset - run.offset), entry->length);
    if (checksum32(of) != entry->checksum) return block.part().damaged_chunk();
    const bool field = entry->column < kFieldColumns;
    chunks.push_back(
        {entry->column, field ? block.rows() : block.positions().count(entry->column), of});
  }
  return chunks;
}

}  // namespace fortnight::storage
