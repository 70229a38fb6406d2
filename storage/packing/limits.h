// Every limit of the engine, with its reason. Writers and readers check them before they allocate.
#pragma once

#include <cstddef>
#include <cstdint>

namespace fortnight::storage {

// Calls in a block. Few: fetching one call decodes one block at worst, and a merge holds one block
// per input. Many: the fixed cost of a chunk (about 12 bytes per column) is spread over more calls.
inline constexpr std::uint32_t kBlockCalls = 4096;
// Bytes of lines in a block, so that blocks of long lines take little memory. A single line may be
// longer: then it is a block of its own.
inline constexpr std::uint64_t kBlockLineBytes = 6U << 20;
// Intake rejects longer lines, whatever the configuration says.
inline constexpr std::uint64_t kMaxLineBytes = 64U << 20;
// Holes of a shape. A line with more is stored plain. Each hole costs a column.
inline constexpr std::uint32_t kMaxShapeHoles = 2048;
inline constexpr std::uint32_t kMaxSkeletonBytes = 64U << 10;
// Shapes of one part. Lines with further shapes are stored plain.
inline constexpr std::uint32_t kMaxPartShapes = 4096;
inline constexpr std::uint64_t kMaxPartShapeBytes = 8U << 20;
// Columns of one part.
inline constexpr std::uint32_t kMaxPartColumns = 8192;
// Calls of a part. Roaring bitmaps number rows in 32 bits.
inline constexpr std::uint64_t kMaxPartCalls = 1ULL << 31;
// Values of one chunk, decompressed.
inline constexpr std::uint64_t kMaxChunkBytes = 256U << 20;
// Counts of rejects by second, source and reason. Each file of rejects has all of them, at about 6
// bytes each; a query adds up those of its period.
inline constexpr std::size_t kMaxRejectCounts = 16U << 10;
// A journal record: one append.
inline constexpr std::uint64_t kMaxJournalRecord = 256U << 20;
// Hashes of stored lines that a source may read again after a loss. Each takes about 20 bytes until
// its line is met or the process ends.
inline constexpr std::uint64_t kMostReread = 1ULL << 20;

}  // namespace fortnight::storage
