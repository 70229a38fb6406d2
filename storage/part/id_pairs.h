// The IDs of a part that is being written, each as a pair of its hash and its block. A pair takes
// about 5 bytes (8 once settled), in memory and, beyond a few MiB, in a temporary file. So sealing
// a day takes bounded memory, whatever its number of IDs.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "storage/files/file_system.h"

namespace fortnight::storage {

// Not thread-safe.
class IdPairs {
 public:
  static constexpr unsigned kBlockBits = 24;
  static constexpr unsigned kHashBits = 40;  // the top bits of a hash; the others aren't kept
  static constexpr std::size_t kShares = 256;
  static constexpr std::size_t kMemory = 4U << 20;
  // Each pair is one word: the bits of the hash, then the block.
  using Entries = std::vector<std::uint64_t>;

  // Pairs beyond `memory` go to a file at `path`. It is created on demand and removed with this
  // object. `files` must outlive it.
  IdPairs(FileSystem& files, std::string path, std::size_t memory = kMemory)
      : files_(files), path_(std::move(path)), memory_(memory) {}
  IdPairs(const IdPairs&) = delete;
  IdPairs& operator=(const IdPairs&) = delete;
  ~IdPairs();

  // Blocks must come in ascending order and be below 2^24.
  void add(std::uint64_t hash, std::uint32_t block);
  // Must be called regularly; moves pairs from memory to the file.
  Result<void> make_room();

  // Nothing may be added after this. Returns the number of distinct pairs. If all are in memory,
  // they are sorted now and take 8 bytes each. Later calls return the same at no cost.
  Result<std::uint64_t> settle();
  // Drops the pairs of hashes that have more than `most` blocks, and returns the top kHashBits bits
  // of these hashes, ascending. Settles the others.
  Result<std::vector<std::uint64_t>> drop_frequent(std::uint32_t most);
  // After settle(): the distinct pairs whose hashes begin with the 8 bits of `share`, ascending.
  // Valid until the next call.
  Result<std::span<const std::uint64_t>> sorted(std::size_t share);
  // The greatest block of all pairs.
  [[nodiscard]] std::uint32_t last_block() const { return last_block_; }

 private:
  // Pairs of a share in the file.
  struct Run {
    std::uint64_t offset = 0;
    std::uint32_t hashes = 0;
    std::uint32_t step_bytes = 0;
  };
  // The pairs of a share, in the order of arrival.
  struct Share {
    std::vector<Run> runs;              // the earlier pairs
    std::vector<std::uint32_t> hashes;  // the 32 bits after the share's own
    std::string steps;                  // differences between consecutive blocks, as varints
    std::uint32_t block = 0;            // of the last pair
  };

  Result<void> write_out();
  Result<void> sort(std::size_t share, Entries& entries);
  void drop(Entries& entries) const;

  FileSystem& files_;
  const std::string path_;
  const std::size_t memory_;
  std::array<Share, kShares> shares_;
  std::uint32_t last_block_ = 0;
  std::size_t held_ = 0;  // bytes of pairs in memory
  std::unique_ptr<WritableFile> file_;
  std::uint64_t written_ = 0;
  std::unique_ptr<ReadableFile> reading_;  // the same file, open for reading
  std::optional<std::uint64_t> settled_;   // the number of distinct pairs
  std::vector<std::uint64_t> dropped_;     // hashes, ascending
  std::array<Entries, kShares> sorted_;    // if all pairs are in memory, once settled
  Entries scratch_;                        // a share of pairs that are in the file
};

}  // namespace fortnight::storage
