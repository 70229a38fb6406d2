#pragma once

#include "storage/engine/version.h"
#include "storage/query.h"

namespace fortnight::storage {

// The number in Completeness::damage of a file that is lost or can't be read.
std::uint64_t damage_number(const FileName& name);

// Whether it is unknown which calls the lost file had: records of the journal, or all files that
// lost manifests have named.
bool is_unaccounted(const FileName& lost);

// Whether the lost file may have had calls of [from, to). If it is unaccounted for, only the last
// possible day is known; its name has that day.
bool may_have_held(const FileName& lost, TimeNs from, TimeNs to);

// Which calls in [from, to) a view is missing: calls of dropped days that are known to have had any
// (including late calls), and calls of files that are lost or can't be read.
Completeness completeness_of_calls(const View& view, TimeNs from, TimeNs to);

}  // namespace fortnight::storage
