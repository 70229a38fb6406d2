// The rows of a part whose calls are erased: no answer has them, and no copy of the part gets them.
#pragma once

#include <cstdint>
#include <memory>
#include <roaring/roaring.hh>

namespace fortnight::storage {

// Immutable. Null: none.
using ErasedRows = std::shared_ptr<const Roaring>;

inline std::uint64_t count_of(const ErasedRows& rows) {
  return rows == nullptr ? 0 : rows->cardinality();
}

}  // namespace fortnight::storage
