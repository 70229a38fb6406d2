// Caps on the distinct values that are counted under their own names. Counts are kept for ever, and
// no client may make them grow without bound; calls keep their own values whatever is counted.
//
// Calls with any other value of a key are counted under `(other)`, which is no value: it can't be
// mistaken for one that a client sends.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace fortnight::storage {

// How answers name what is counted past a cap, beside a mark that tells it from a value.
inline constexpr std::string_view kOtherName = "(other)";
// No account, endpoint, revision or method is longer in earnest: a longer one is counted under
// `(other)`.
inline constexpr std::size_t kMaxKeyBytes = 1024;

// Values of a UTC day that is over.
struct KeyCaps {
  std::uint32_t accounts = 1'000'000;
  std::uint32_t endpoints = 10'000;
  std::uint32_t revisions = 1'000;
  // Besides those that HTTP knows, which are always counted by their names.
  std::uint32_t methods = 100;

  friend bool operator==(const KeyCaps&, const KeyCaps&) = default;
};

}  // namespace fortnight::storage
