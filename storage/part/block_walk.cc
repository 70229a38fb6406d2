#include "storage/part/block_walk.h"

#include <algorithm>
#include <optional>
#include <string>

#include "base/checksum.h"
#include "storage/encoding/format.h"
#include "storage/encoding/number_chunk.h"
#include "storage/packing/limits.h"
#include "storage/packing/packed.h"
#include "storage/part/block_header.h"
#include "storage/part/format.h"

namespace fortnight::storage {
namespace {

// The bytes of a chunk's entry in a header: column (1 byte unless there are gaps), length,
// checksum.
constexpr std::uint64_t kMaxHeaderBytes = 16 + (kFieldColumns + kMaxPartColumns) * 16;

bool sound(const BlockHeader& header) {
  if (header.rows == 0 || header.rows > kBlockCalls) return false;
  if (header.chunks.size() < kFieldColumns) return false;
  for (std::uint32_t column = 0; column < kFieldColumns; ++column) {
    if (header.chunks[column].column != column) return false;
  }
  return std::adjacent_find(header.chunks.begin(), header.chunks.end(),
                            [](const auto& a, const auto& b) { return a.column >= b.column; }) ==
         header.chunks.end();
}

class Walk {
 public:
  Walk(const ReadableFile& file, std::uint64_t end) : file_(file), end_(end) {}

  std::optional<BlockEntry> block_at(std::uint64_t offset) {
    if (!read(offset, std::min(end_ - offset, kMaxHeaderBytes))) return std::nullopt;
    ByteReader in(bytes_);
    const BlockHeader header = BlockHeader::take(in, end_ - offset);
    if (!in.ok() || !sound(header)) return std::nullopt;
    BlockEntry entry;
    entry.offset = offset;
    entry.rows = header.rows;
    entry.header_bytes = static_cast<std::uint32_t>(bytes_.size() - in.remaining());
    entry.header_checksum = checksum32(std::string_view(bytes_).substr(0, entry.header_bytes));
    entry.bytes = entry.header_bytes + header.chunk_bytes();
    if (entry.bytes > end_ - offset) return std::nullopt;
    const std::uint64_t chunks = offset + entry.header_bytes;
    // If the last chunk is where the header says, all lengths are right.
    if (!read_chunk(header.chunks.back(), chunks)) return std::nullopt;
    set_bounds(header, chunks, entry);
    return entry;
  }

 private:
  bool read(std::uint64_t offset, std::uint64_t length) {
    bytes_.assign(length + kPackPadding, '\0');
    const bool done = file_.read(offset, std::span(bytes_.data(), length)).has_value();
    bytes_.resize(length);
    return done;
  }

  bool read_chunk(const ChunkEntry& chunk, std::uint64_t chunks) {
    return read(chunks + chunk.offset, chunk.length) && checksum32(bytes_) == chunk.checksum;
  }

  std::vector<std::int64_t> numbers(const BlockHeader& header, std::uint64_t chunks,
                                    FieldColumn column) {
    if (!read_chunk(header.chunks[static_cast<std::size_t>(column)], chunks)) return {};
    const auto chunk = parse_number_chunk(bytes_, header.rows);
    return chunk ? (*chunk)->decode() : std::vector<std::int64_t>();
  }

  void set_bounds(const BlockHeader& header, std::uint64_t chunks, BlockEntry& entry) {
    const auto seqs = numbers(header, chunks, FieldColumn::seq);
    const auto times = numbers(header, chunks, FieldColumn::ts);
    if (seqs.empty() || times.empty()) return;
    const auto [first, last] = std::minmax_element(seqs.begin(), seqs.end());
    entry.min_seq = static_cast<std::uint64_t>(*first);
    entry.max_seq = static_cast<std::uint64_t>(*last);
    const auto [oldest, newest] = std::minmax_element(times.begin(), times.end());
    entry.min_ts = *oldest;
    entry.max_ts = *newest;
  }

  const ReadableFile& file_;
  const std::uint64_t end_;
  std::string bytes_;
};

}  // namespace

std::vector<BlockEntry> walk_blocks(const ReadableFile& file, std::uint64_t end) {
  std::vector<BlockEntry> blocks;
  Walk walk(file, end);
  std::uint32_t row = 0;
  for (std::uint64_t offset = kPartHeaderBytes; offset < end;) {
    std::optional<BlockEntry> block = walk.block_at(offset);
    if (!block || block->rows > kMaxPartCalls - row) break;
    block->first_row = row;
    row += block->rows;
    offset += block->bytes;
    blocks.push_back(*block);
  }
  return blocks;
}

}  // namespace fortnight::storage
