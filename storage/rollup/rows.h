// Rows: keys and counts, ascending by key, as two columns of bytes (see storage/rollup/format.h).
// All counts of a rollup have this form.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace fortnight::storage {

struct RollupRow {
  std::uint64_t key = 0;
  std::uint64_t count = 0;
  friend bool operator==(const RollupRow&, const RollupRow&) = default;
};

// A list of rows within a page's bytes.
struct RollupRows {
  std::string_view gaps;
  std::string_view counts;

  // Calls `visit(key, count)` for each row. Returns false if the columns don't match each other;
  // rows before the mismatch have been visited.
  template <typename Visit>
  [[nodiscard]] bool for_each(Visit&& visit) const;
};

// Appends the rows to the two columns. Requires ascending keys. Returns how many rows were written,
// which is more than `rows` has if counts are large.
std::uint64_t append_rows(std::span<const RollupRow> rows, std::string& gaps, std::string& counts);

// Sorts the rows and adds up those with the same key.
void normalize_rows(std::vector<RollupRow>& rows);

// ---- templates ----

namespace rollup_detail {

// Reads a LEB128 at `at`; returns false if it doesn't end before `end`.
inline bool read_gap(const char*& at, const char* end, std::uint64_t& value) {
  value = 0;
  for (unsigned shift = 0; at != end && shift < 64; shift += 7) {
    const std::uint64_t byte = static_cast<unsigned char>(*at++);
    value |= (byte & 0x7f) << shift;
    if (byte < 0x80) return true;
  }
  return false;
}

}  // namespace rollup_detail

template <typename Visit>
bool RollupRows::for_each(Visit&& visit) const {
  const char* at = gaps.data();
  const char* const end = at + gaps.size();
  std::uint64_t key = 0;
  std::uint64_t gap = 0;
  for (const char count : counts) {
    if (!rollup_detail::read_gap(at, end, gap)) return false;
    key += gap;
    visit(key, static_cast<std::uint64_t>(static_cast<unsigned char>(count)));
  }
  return at == end;
}

}  // namespace fortnight::storage
