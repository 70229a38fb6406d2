// A column's dictionary. All blocks of a part share it, so that blocks can be small.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/character_classes.h"
#include "base/checksum.h"
#include "base/error.h"
#include "base/strings.h"
#include "storage/packing/compression.h"

namespace fortnight::storage {

// Assigns codes to texts in the order of their first occurrence. Stores each text once and finds it
// by its hash. Not thread-safe.
class DictionaryBuilder {
 public:
  // Above either limit no new text is added.
  DictionaryBuilder(std::size_t max_entries, std::size_t max_bytes)
      : max_entries_(max_entries), max_bytes_(max_bytes) {}

  [[nodiscard]] std::optional<std::uint32_t> find(std::string_view text) const;
  // Returns the text's code, old or new; nothing if it is new and doesn't fit.
  std::optional<std::uint32_t> intern(std::string_view text);
  // Removes all but the first `size` entries.
  void rollback(std::size_t size);
  [[nodiscard]] const Strings& entries() const { return entries_; }
  [[nodiscard]] bool empty() const { return entries_.empty(); }
  [[nodiscard]] bool has_room(std::size_t entries, std::size_t bytes) const {
    return entries_.size() + entries <= max_entries_ &&
           entries_.bytes().size() + bytes <= max_bytes_;
  }
  // The classes of all entries; may include those of removed entries.
  CharacterClasses characters();
  void encode(Lz4Level level, std::string& out) const;

 private:
  struct Hashed {
    using is_avalanching = void;
    std::size_t operator()(std::uint64_t hash) const { return hash; }
  };
  // Returns the key of `text` in codes_, and its code if it has one. Texts with the same hash have
  // consecutive keys.
  [[nodiscard]] std::pair<std::uint64_t, std::optional<std::uint32_t>> look_up(
      std::string_view text) const;

  std::size_t max_entries_;
  std::size_t max_bytes_;
  Strings entries_;
  CharacterClasses characters_;  // of the first classified_ bytes of the entries
  std::size_t classified_ = 0;
  boost::unordered_flat_map<std::uint64_t, std::uint32_t, Hashed> codes_;
};

// Immutable, thread-safe.
class Dictionary {
 public:
  static Result<Dictionary> parse(std::string_view bytes);

  [[nodiscard]] std::size_t size() const { return ends_.size(); }
  // A code past the end is the empty text. Thanks to checksums, only hostile files have one.
  std::string_view operator[](std::uint64_t code) const {
    if (code >= ends_.size()) return {};
    const std::uint32_t begin = code == 0 ? first_ : ends_[code - 1];
    return std::string_view(raw_).substr(begin, ends_[code] - begin);
  }
  // All entries, concatenated.
  [[nodiscard]] std::string_view bytes() const { return std::string_view(raw_).substr(first_); }
  [[nodiscard]] std::size_t memory() const {
    return sizeof(*this) + raw_.capacity() + ends_.capacity() * sizeof(ends_[0]);
  }

 private:
  std::string raw_;  // as in the file: the lengths, then the entries
  std::uint32_t first_ = 0;
  std::vector<std::uint32_t> ends_;
};

}  // namespace fortnight::storage
