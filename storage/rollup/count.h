// Counts from one rollup file: chooses the tables and walks over them.
#pragma once

#include "base/error.h"
#include "storage/query.h"
#include "storage/rollup/file.h"

namespace fortnight::storage {

// See RollupReader::count. Cheapest first: an account's series, the totals of all accounts, and
// only then the rows of each account.
Result<void> count_rollup(const RollupFile& file, const CountQuery& query, const Budget& budget,
                          CountAnswer& answer);

}  // namespace fortnight::storage
