// Merges the error codes of sources: their failures into one list.
#pragma once

#include <cstdint>
#include <vector>

#include "storage/rollup/codes.h"
#include "storage/rollup/merge.h"

namespace fortnight::storage {

// The merged failures of the sources. Sources without codes have none.
struct MergedCodes {
  RollupCodes codes;  // without the tables and the number of errors
  // For each source, the index in `codes.failures` of each of its failures.
  std::vector<std::vector<std::uint32_t>> failures;
};

// Codes beyond `most` are folded, and more of them if there would be more than kKeptFailures
// failures: those with the fewest calls, and those of more than kMaxKeyBytes. ErrorCode::corrupt if
// failures have combos that don't exist.
Result<MergedCodes> merge_codes(RollupSources sources, const MergedKeys& merged,
                                std::uint32_t most);

}  // namespace fortnight::storage
