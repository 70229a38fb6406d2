// The IDs of a part in the making, each as a pair of its hash and its block: some 5 bytes (8
// once settled), in memory and, beyond a few MiB, in a file of its own, so that a day of any number
// of IDs is sealed within the memory of a few.
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
  static constexpr unsigned kHashBits = 40;  // the first ones of a hash: the others aren't kept
  static constexpr std::size_t kShares = 256;
  static constexpr std::size_t kMemory = 4U << 20;
  // Pairs in one word each: the hash's bits, then the block.
  using Entries = std::vector<std::uint64_t>;

  // What outgrows `memory` goes to the file at `path`, which is there only then, and goes with this
  // object. `files` must outlive it.
  IdPairs(FileSystem& files, std::string path, std::size_t memory = kMemory)
      : files_(files), path_(std::move(path)), memory_(memory) {}
  IdPairs(const IdPairs&) = delete;
  IdPairs& operator=(const IdPairs&) = delete;
  ~IdPairs();

  // Blocks must come in ascending order and be below 2^24.
  void add(std::uint64_t hash, std::uint32_t block);
  // To be called every now and then: lets go of memory.
  Result<void> make_room();

  // Nothing is added from here on. Returns how many distinct pairs there are. Those that are all in
  // memory are sorted now, and take 8 bytes each. May be called again, which costs nothing.
  Result<std::uint64_t> settle();
  // After settle(): the distinct pairs whose hashes begin with the 8 bits of `share`, ascending.
  // Good until the next call.
  Result<std::span<const std::uint64_t>> sorted(std::size_t share);
  // Of all pairs.
  [[nodiscard]] std::uint32_t last_block() const { return last_block_; }

 private:
  // Pairs of a share that are in the file.
  struct Run {
    std::uint64_t offset = 0;
    std::uint32_t hashes = 0;
    std::uint32_t step_bytes = 0;
  };
  // Its pairs, as they came.
  struct Share {
    std::vector<Run> runs;              // what came first
    std::vector<std::uint32_t> hashes;  // the 32 bits behind the share's own
    std::string steps;                  // from each pair's block to the next one's, as varints
    std::uint32_t block = 0;            // of the last pair
  };

  Result<void> write_out();
  Result<void> sort(std::size_t share, Entries& entries);

  FileSystem& files_;
  const std::string path_;
  const std::size_t memory_;
  std::array<Share, kShares> shares_;
  std::uint32_t last_block_ = 0;
  std::size_t held_ = 0;  // bytes of pairs in memory
  std::unique_ptr<WritableFile> file_;
  std::uint64_t written_ = 0;
  std::unique_ptr<ReadableFile> reading_;  // the same file
  std::optional<std::uint64_t> settled_;   // as many distinct pairs
  std::array<Entries, kShares> sorted_;    // of pairs that are all in memory, once settled
  Entries scratch_;                        // of a share of others
};

}  // namespace fortnight::storage
