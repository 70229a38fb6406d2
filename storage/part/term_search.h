// Which blocks of a part may have the terms that a predicate needs.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/error.h"
#include "storage/call/predicate.h"
#include "storage/part/file.h"

namespace fortnight::storage {

// Whether every matching call has terms that are known from the predicate.
bool by_terms(const Predicate& predicate);

// The blocks that may have calls which meet the predicate, ascending. Nothing if the index can't
// tell: there is none, or the terms are frequent. An error if an index is damaged. Requires
// by_terms(predicate).
Result<std::optional<std::vector<std::uint32_t>>> blocks_with_terms(const PartFile& part,
                                                                    const Predicate& predicate);

}  // namespace fortnight::storage
