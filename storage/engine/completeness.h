#pragma once

#include "storage/engine/version.h"
#include "storage/store.h"

namespace fortnight::storage {

// Whether nobody knows which calls the lost file stands for: records of the journal, or whatever
// manifests that are gone have named.
bool is_unaccounted(const FileName& lost);

// Whether the lost file may have had calls of [from, to). Of one that is
// unaccounted for nobody knows the days, only the last that may be among them: its name's.
bool may_have_held(const FileName& lost, TimeNs from, TimeNs to);

// What of the calls in [from, to) a view can't give: those of dropped days that are known to have
// had any, be it that they came too late to be kept, and those of files that are lost or can't be
// read.
Completeness completeness_of_calls(const View& view, TimeNs from, TimeNs to);

}  // namespace fortnight::storage
