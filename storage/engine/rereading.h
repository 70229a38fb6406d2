// Lines that are stored although their source reads them again.
//
// After a loss, positions behind it aren't believed: a tail reads on from the last position that is
// provably right, and so meets lines again that were not lost. Each of them is dropped once.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstddef>
#include <cstdint>
#include <string>

#include "storage/call/batch.h"

namespace fortnight::storage {

// Not thread-safe. Memory: some 20 bytes a line, of kMostReread lines at the most (limits.h);
// beyond them, lines that are read again are stored again.
class Rereading {
 public:
  void expect(const Batch& batch, const Call& call);
  void expect(const Batch& batch);
  // Takes the calls that are stored already out of `batch`.
  void drop_stored(Batch& batch);
  [[nodiscard]] bool empty() const { return stored_.empty(); }

 private:
  std::uint64_t hash_of(const Batch& batch, const Call& call);

  boost::unordered_flat_map<std::uint64_t, std::uint32_t> stored_;  // lines by hash
  std::string scratch_;
};

}  // namespace fortnight::storage
