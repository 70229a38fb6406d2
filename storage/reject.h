// Rejected lines, and queries for them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "storage/call/predicate.h"

namespace fortnight::storage {

// Maximum bytes of a rejected line that are kept.
inline constexpr std::size_t kMostRejectedBytes = std::size_t{16} << 10;

// A line that could not be taken in.
struct Reject {
  TimeNs at = 0;       // when it was rejected
  std::string source;  // the source's name
  std::string reason;  // one word: "not-json", "no-time", "too-long", "not-utf8", "too-old", ...
  std::string detail;  // for people
  std::uint64_t offset = 0;  // of the line in its file or connection
  std::string bytes;         // the line's first bytes, as many as are safe to keep; at
                             // most kMostRejectedBytes
};

// A test of one text. It passes if any of the patterns matches or, negated, if none does.
struct TextTest {
  std::vector<TextPattern> patterns;
  bool negated = false;

  [[nodiscard]] bool passes(std::string_view text) const {
    return matches_any(patterns, text) != negated;
  }
};

// Selects rejects. All tests must pass.
struct RejectFilter {
  TimeNs from = kMinTime;  // included; of Reject::at
  TimeNs to = kMaxTime;    // excluded
  std::vector<TextTest> sources;
  std::vector<TextTest> reasons;

  [[nodiscard]] bool passes(std::string_view source, std::string_view reason) const;
};

// A place in the order of rejects, by time and number. The store numbers rejects as they come.
struct RejectCursor {
  TimeNs at = 0;
  std::uint64_t number = 0;
};

struct RejectQuery {
  RejectFilter filter;
  std::optional<RejectCursor> after;  // newest first: only older rejects are returned
  std::uint64_t limit = 50;           // at least 1
};

struct NumberedReject {
  std::uint64_t number = 0;
  Reject reject;
};

}  // namespace fortnight::storage
