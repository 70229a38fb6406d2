// The index of one key: from its values to the part's rows, as Roaring bitmaps. docs/format.md,
// "Key index".
#pragma once

#include <cstdint>
#include <roaring/roaring.hh>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"

namespace fortnight::storage {

// Not thread-safe. Values are small numbers: statuses themselves, or codes of the column's
// dictionary.
class KeyIndexBuilder {
 public:
  // Adds the values of the next rows. A whole block at once is several times faster than single
  // rows.
  void add(std::span<const std::uint32_t> values);
  // Appends the section: its directory, then the bitmaps.
  void encode(std::string& out);

 private:
  std::uint32_t count_ = 0;    // of rows
  std::vector<Roaring> rows_;  // by value; most are empty if values are statuses
  // Used by add(): linked lists of the rows of each value.
  std::vector<std::uint32_t> first_;
  std::vector<std::uint32_t> next_;
  std::vector<std::uint32_t> met_;
  std::vector<std::uint32_t> run_;
};

// Where each value's bitmap is. Immutable, thread-safe.
class KeyDirectory {
 public:
  // How many bytes at the section's start parse() needs: first kPrefixBytes, then these.
  static constexpr std::size_t kPrefixBytes = 12;
  static Result<std::uint64_t> directory_bytes(std::string_view prefix);
  // Parses the section's first bytes (prefix and directory); `section_bytes` is its size.
  static Result<KeyDirectory> parse(std::string_view bytes, std::uint64_t section_bytes);

  struct Bitmap {
    std::uint64_t offset = 0;  // in the section
    std::uint64_t length = 0;
    std::uint32_t checksum = 0;
  };
  [[nodiscard]] const std::vector<std::pair<std::int64_t, Bitmap>>& values() const {
    return values_;
  }
  // Null if no row has the value.
  [[nodiscard]] const Bitmap* find(std::int64_t value) const;
  static Result<Roaring> read(const Bitmap& bitmap, std::string_view bytes);
  [[nodiscard]] std::size_t memory() const {
    return sizeof(*this) + values_.capacity() * sizeof(values_[0]);
  }

 private:
  std::vector<std::pair<std::int64_t, Bitmap>> values_;  // by value
};

}  // namespace fortnight::storage
