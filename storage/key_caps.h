// Caps on the distinct values that are counted by name. Counts are kept for ever, so a client must
// not be able to make them grow without bound. Calls always keep their own values.
//
// Calls with any other value of a key are counted under `(other)`. It is not a value: it can't be
// confused with one that a client sends.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>

namespace fortnight::storage {

// How answers name what is counted past a cap. A mark beside it distinguishes it from a value.
inline constexpr std::string_view kOtherName = "(other)";
// No real account, endpoint, revision or method is longer. A longer one is counted under `(other)`.
inline constexpr std::size_t kMaxKeyBytes = 1024;

inline constexpr std::uint32_t kNoCap = std::numeric_limits<std::uint32_t>::max();

// Values of each key on a past UTC day.
struct KeyCaps {
  std::uint32_t accounts = 1'000'000;
  std::uint32_t endpoints = 10'000;
  std::uint32_t revisions = 1'000;
  // In addition to HTTP's known methods, which are always counted by name.
  std::uint32_t methods = 100;
  // Unmatched endpoints, whose calls all got 404. Most of them are paths that scanners try. They
  // also count towards `endpoints`. kNoCap while calls come: any may still get another status.
  std::uint32_t unmatched_endpoints = 64;
  // Error codes. Not configurable: an API has hundreds, and a producer that puts an identifier into
  // its codes has no use for more.
  std::uint32_t codes = 4096;

  friend bool operator==(const KeyCaps&, const KeyCaps&) = default;
};

// Whether it is a method of the IANA registry, QUERY or PURGE. Those are always counted by name.
bool is_known_method(std::string_view method);

}  // namespace fortnight::storage
