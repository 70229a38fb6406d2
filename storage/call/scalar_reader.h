// Reads the scalars at JSON pointers from calls in rows. Pointers are resolved once per shape.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "base/json_walk.h"
#include "storage/call/batch.h"

namespace fortnight::storage {

// The batches must outlive the reader and not change. Not thread-safe.
class ScalarReader {
 public:
  // A text that isn't a pointer leads nowhere.
  explicit ScalarReader(const std::vector<std::string>& pointers);

  // Appends a text for each pointer as filters see it: empty if the call has no scalar there.
  void append(const Batch& batch, const Call& call, std::vector<std::string>& out);

 private:
  // A hole of a shape, for each pointer.
  struct Place {
    std::uint32_t hole = 0;
    bool there = false;
    bool is_string = false;
  };
  const std::vector<Place>& places(const Shape& shape);

  std::vector<JsonPointer> pointers_;
  std::unordered_map<const Shape*, std::vector<Place>> places_;  // one Place for each pointer
  std::vector<std::string_view> values_;
  std::string scratch_;
};

}  // namespace fortnight::storage
