// Recognises stored lines that their source reads again.
//
// After a loss, later positions are not trusted. A tail continues from the last position that is
// certainly right, and so reads again lines that were not lost. Each of them is dropped once.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstddef>
#include <cstdint>
#include <string>

#include "storage/call/batch.h"

namespace fortnight::storage {

// Not thread-safe. Memory: about 20 bytes a line, for at most kMostReread lines (limits.h). Lines
// beyond that are stored again when they are read again.
class Rereading {
 public:
  void expect(const Batch& batch, const Call& call);
  void expect(const Batch& batch);
  // Removes from `batch` the calls that are already stored.
  void drop_stored(Batch& batch);
  [[nodiscard]] bool empty() const { return stored_.empty(); }

 private:
  std::uint64_t hash_of(const Batch& batch, const Call& call);

  boost::unordered_flat_map<std::uint64_t, std::uint32_t> stored_;  // number of lines by hash
  std::string scratch_;
};

}  // namespace fortnight::storage
