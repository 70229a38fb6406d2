// A needle looked up in a part's dictionaries, once a part: what chunks that refer to those
// dictionaries are then searched with.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/call/needle.h"
#include "storage/packing/dictionary.h"

namespace fortnight::storage {

// A search in patterns (see codecs/pattern.h) looks for more than the needle: for its pieces, then
// for the beginnings of JSON escapes (any, and those that a pattern and a token may share), then
// for the bytes that mark tokens. These are the needle's parts, numbered in this order.
inline constexpr std::size_t kEscapeParts = 4;
inline constexpr std::size_t kMarkParts = 2;
std::size_t parts_of(const Needle& needle);
const Needle& part_of(const Needle& needle, std::size_t i);

// Whether a needle's parts are looked up too: only patterns need them.
enum class NeedleParts : std::uint8_t { with, without };

// Whether a column's dictionary may contain a needle and its parts.
class NeedleInDictionary {
 public:
  // Without parts.
  explicit NeedleInDictionary(bool whole) : whole_(whole) {}
  // `dictionary` is null if the column has none.
  NeedleInDictionary(const Needle& needle, const Dictionary* dictionary, NeedleParts parts);

  // Whether an entry may contain the needle.
  [[nodiscard]] bool whole() const { return whole_; }
  // Whether an entry may contain part_of(needle, i). True if parts weren't looked up.
  [[nodiscard]] bool part(std::size_t i) const { return i >= parts_.size() || parts_[i]; }

 private:
  bool whole_ = false;
  std::vector<bool> parts_;
};

// Whether texts that are written as codes of the part's dictionary of words may contain a needle
// and its parts.
class NeedleInWords {
 public:
  // `words` is null if the part has no such dictionary.
  NeedleInWords(const Needle& needle, const Dictionary* words);

  // False: no text that is written in `codes` (docs/format.md, "words") contains the needle.
  [[nodiscard]] bool may_stand_in(std::string_view codes) const;
  // The same of part_of(needle, i); null if that wasn't looked up.
  [[nodiscard]] const NeedleInWords* part(std::size_t i) const {
    return i < parts_.size() ? &parts_[i] : nullptr;
  }

 private:
  NeedleInWords(const Needle& needle, const Dictionary* words, NeedleParts parts);
  [[nodiscard]] bool has_escapes(std::string_view codes) const;

  bool always_ = true;                      // nothing is known: may_stand_in() is true
  std::vector<std::string> unlisted_;       // runs of letters and digits that no entry contains
  std::optional<std::uint64_t> backslash_;  // its code, if it has one
  std::string coded_;                       // the codes of the tokens that the needle has whole
  std::vector<std::string> spelled_out_;    // the same tokens, each as it is written without a code
  std::vector<NeedleInWords> parts_;
};

}  // namespace fortnight::storage
