// Which rows of a block have an ID: the last step of a look-up by ID.
#pragma once

#include <string_view>
#include <vector>

#include "base/error.h"
#include "storage/call/predicate.h"
#include "storage/part/block_reader.h"

namespace fortnight::storage {

// Marks the rows with an ID that any of `patterns` matches. Its kind must be `name`; if that is
// empty, any kind, including call_id.
Result<std::vector<bool>> rows_with_id(const BlockReader& block, std::string_view name,
                                       const std::vector<TextPattern>& patterns);

}  // namespace fortnight::storage
