// While a block is encoded: the columns of a call that contain a given value, so that a column can
// be stored as the repetition of another. Not thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/checksum.h"
#include "base/strings.h"
#include "storage/encoding/text_chunk.h"

namespace fortnight::storage {

class SiblingIndex {
 public:
  // A column that values may repeat: value number k of a row is value number first + k of the row
  // in `column`.
  struct Sibling {
    std::uint32_t column = 0;
    std::uint32_t first = 0;
    friend bool operator==(const Sibling&, const Sibling&) = default;
  };

  void reset(std::uint32_t rows) {
    rows_.resize(rows);
    for (auto& row : rows_) row.clear();
  }
  // Short values are skipped: small numbers are often equal by chance.
  void add(std::uint32_t column, const Strings& values, std::span<const Place> places) {
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (values.length(i) < kMinLength) continue;
      rows_[places[i].row].push_back({hash(values[i]), column, places[i].ordinal});
    }
  }
  // The sibling that most of a sample of `values` repeats. Compares hashes: the caller compares the
  // values.
  [[nodiscard]] std::optional<Sibling> find(const Strings& values,
                                            std::span<const Place> places) const;

 private:
  static constexpr std::size_t kMinLength = 5;
  static constexpr std::uint32_t kMaxFirst = 3;
  struct Entry {
    std::uint32_t hash;
    std::uint32_t column;
    std::uint32_t ordinal;
  };
  static std::uint32_t hash(std::string_view value) { return checksum32(value); }

  std::vector<std::vector<Entry>> rows_;
};

}  // namespace fortnight::storage
