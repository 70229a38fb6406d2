// The index of IDs: fingerprints to blocks, under two bytes an ID. docs/format.md, "ID index".
//
// An ID's hash is XXH3 of its decoded bytes, whatever its kind. The sorted top bits of all hashes
// are cut into buckets of some 128; a bucket is one small page: differences of fingerprints in Rice
// code, each with its block's number. A look-up reads one page. A hit is a hint, confirmed against
// the column: with 5 bits more than it takes to number the IDs, one look-up in 32 is misled to a
// block.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "storage/base/checksum.h"
#include "storage/base/error.h"
#include "storage/files/file_system.h"

namespace fortnight::storage {

inline std::uint64_t id_hash(std::string_view id) { return checksum64(id); }

// Collects (hash, block) pairs, some 5 bytes each, in memory and, beyond that, in a file of its
// own: a day of any number of IDs is sealed within the memory of a few. Not thread-safe.
class IdIndexBuilder {
 public:
  static constexpr std::size_t kMemory = 4U << 20;
  using WritePages = std::function<Result<void>(std::string_view)>;

  // What outgrows `memory` goes to the file at `path`, which is there only then, and goes with the
  // builder. `files` must outlive it.
  IdIndexBuilder(FileSystem& files, std::string path, std::size_t memory = kMemory)
      : files_(files), path_(std::move(path)), memory_(memory) {}
  IdIndexBuilder(const IdIndexBuilder&) = delete;
  IdIndexBuilder& operator=(const IdIndexBuilder&) = delete;
  ~IdIndexBuilder();

  // Blocks must come in ascending order and be below 2^24.
  void add(std::uint64_t hash, std::uint32_t block);
  // To be called every now and then: lets go of memory.
  Result<void> make_room();
  // Writes the section of pages piece by piece, and appends that of the directory. Nothing may be
  // added after that.
  Result<void> encode(std::string& directory, const WritePages& write_pages);

 private:
  // Pairs of a share that are in the file.
  struct Run {
    std::uint64_t offset = 0;
    std::uint32_t hashes = 0;
    std::uint32_t step_bytes = 0;
  };
  // The pairs whose hashes begin with the same 8 bits, as they came.
  struct Share {
    std::vector<Run> runs;              // what came first
    std::vector<std::uint32_t> hashes;  // the next 32 bits
    std::string steps;                  // from each pair's block to the next one's, as varints
    std::uint32_t block = 0;            // of the last pair
  };
  // A pair in one word: the hash's 40 bits, then the block.
  using Entries = std::vector<std::uint64_t>;

  Result<void> write_out();
  // The share's distinct pairs.
  Result<void> sorted(std::size_t share, Entries& entries) const;

  FileSystem& files_;
  const std::string path_;
  const std::size_t memory_;
  std::array<Share, 256> shares_;
  std::size_t held_ = 0;  // bytes of pairs in memory
  std::unique_ptr<WritableFile> file_;
  std::uint64_t written_ = 0;
  std::unique_ptr<ReadableFile> written_out_;  // the same file, to be read back
};

// The directory: where each bucket's page is. Immutable, thread-safe.
class IdDirectory {
 public:
  // `pages_bytes` is the size of the pages' section.
  static Result<IdDirectory> parse(std::string_view bytes, std::uint64_t pages_bytes);

  struct Page {
    std::uint64_t offset = 0;  // in the pages' section
    std::uint64_t length = 0;  // 0: no ID has this hash
  };
  [[nodiscard]] Page page_of(std::uint64_t hash) const;
  // Sets `blocks` to those that may bear the hash, ascending. `page` is the bytes of
  // page_of(hash).
  Result<void> find(std::uint64_t hash, std::string_view page,
                    std::vector<std::uint32_t>& blocks) const;
  // Calls `visit` for each entry of a page: the fingerprint and its block. For verification.
  Result<void> each(std::string_view page,
                    const std::function<void(std::uint64_t, std::uint32_t)>& visit) const;

  [[nodiscard]] std::uint64_t ids() const { return ids_; }
  [[nodiscard]] std::size_t pages() const { return ends_.size(); }
  [[nodiscard]] Page page(std::size_t bucket) const;
  [[nodiscard]] std::size_t memory() const { return sizeof(*this) + ends_.capacity() * 8; }

 private:
  std::uint64_t ids_ = 0;
  unsigned bucket_bits_ = 0;
  unsigned rest_bits_ = 0;  // of a fingerprint, below the bucket's bits
  unsigned block_bits_ = 0;
  std::vector<std::uint64_t> ends_;  // of the pages
};

}  // namespace fortnight::storage
