// The index of IDs: fingerprints to blocks, under two bytes an ID. docs/format.md, "ID index".
//
// An ID's hash is XXH3 of its decoded bytes, whatever its kind. The sorted top bits of all hashes
// are cut into buckets of about 128. A bucket is one small page: differences of fingerprints in
// Rice code, each with its block's number. A look-up reads one page. A hit is a hint that must be
// confirmed against the column: with 5 bits more than needed to number the IDs, one look-up in 32
// has a false hit.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/checksum.h"
#include "base/error.h"
#include "storage/part/id_pairs.h"

namespace fortnight::storage {

inline std::uint64_t id_hash(std::string_view id) { return checksum64(id); }

// Makes the index of the pairs, which it settles. Writes the section of pages piece by piece, and
// appends the section of the directory.
Result<void> encode_id_index(IdPairs& pairs, std::string& directory,
                             const std::function<Result<void>(std::string_view)>& write_pages);

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
  // Sets `blocks` to those that may have the hash, ascending. `page` has the bytes of
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
  unsigned rest_bits_ = 0;  // of a fingerprint, below the bits of the bucket
  unsigned block_bits_ = 0;
  std::vector<std::uint64_t> ends_;  // of the pages
};

}  // namespace fortnight::storage
