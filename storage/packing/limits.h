// Every limit of the engine, with its reason. Checked when writing and when reading, before
// anything is allocated.
#pragma once

#include <cstddef>
#include <cstdint>

namespace fortnight::storage {

// Calls in a block. Small: one call is fetched by decoding one block's worth at the worst, and a
// merge holds one block an input. Large: a chunk's fixed cost (some 12 bytes a column) is spread
// over more.
inline constexpr std::uint32_t kBlockCalls = 4096;
// Bytes of lines in a block, so that blocks of long lines stay small in memory. A single line may
// be longer: then it is a block of its own.
inline constexpr std::uint64_t kBlockLineBytes = 6U << 20;
// A line longer than this is rejected by intake whatever the configuration says.
inline constexpr std::uint64_t kMaxLineBytes = 64U << 20;
// Holes of a shape; a line with more is kept plain. Each hole costs a column.
inline constexpr std::uint32_t kMaxShapeHoles = 2048;
inline constexpr std::uint32_t kMaxSkeletonBytes = 64U << 10;
// Shapes of one part; lines whose shape comes after are kept plain.
inline constexpr std::uint32_t kMaxPartShapes = 4096;
inline constexpr std::uint64_t kMaxPartShapeBytes = 8U << 20;
// Columns of one part.
inline constexpr std::uint32_t kMaxPartColumns = 8192;
// Calls of a part: rows are numbered in 32 bits by Roaring bitmaps.
inline constexpr std::uint64_t kMaxPartCalls = 1ULL << 31;
// Values of one chunk, decompressed.
inline constexpr std::uint64_t kMaxChunkBytes = 256U << 20;
// Counts of rejects by second, source and reason. Each file of rejects bears them all, at some 6
// bytes each; a query adds up those of its time.
inline constexpr std::size_t kMaxRejectCounts = 16U << 10;
// A journal record: one append.
inline constexpr std::uint64_t kMaxJournalRecord = 256U << 20;
// Lines that are stored and may be read again after a loss, as they are remembered: the hash of
// each takes some 20 bytes, until it has been met or the process ends.
inline constexpr std::uint64_t kMostReread = 1ULL << 20;

}  // namespace fortnight::storage
