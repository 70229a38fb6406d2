#include "storage/rollup/rows.h"

#include <algorithm>
#include <boost/sort/spreadsort/integer_sort.hpp>

#include "base/bytes.h"
#include "base/require.h"

namespace fortnight::storage {
namespace {

constexpr std::uint64_t kMaxCount = 255;

}  // namespace

std::uint64_t append_rows(std::span<const RollupRow> rows, std::string& gaps, std::string& counts) {
  ByteWriter gap_writer(gaps);
  std::uint64_t written = 0;
  std::uint64_t last = 0;
  for (const RollupRow& row : rows) {
    FORTNIGHT_REQUIRE(row.key >= last);
    std::uint64_t left = row.count;
    while (left > 0) {
      const std::uint64_t count = std::min(left, kMaxCount);
      gap_writer.varint(row.key - last);
      counts.push_back(static_cast<char>(count));
      last = row.key;
      left -= count;
      ++written;
    }
  }
  return written;
}

void normalize_rows(std::vector<RollupRow>& rows) {
  boost::sort::spreadsort::integer_sort(
      rows.begin(), rows.end(),
      [](const RollupRow& row, unsigned shift) { return row.key >> shift; },
      [](const RollupRow& a, const RollupRow& b) { return a.key < b.key; });
  std::size_t kept = 0;
  for (const RollupRow& row : rows) {
    if (kept > 0 && rows[kept - 1].key == row.key) {
      rows[kept - 1].count += row.count;
    } else {
      rows[kept++] = row;
    }
  }
  rows.resize(kept);
}

}  // namespace fortnight::storage
