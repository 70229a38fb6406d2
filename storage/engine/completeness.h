#pragma once

#include "storage/engine/version.h"
#include "storage/store.h"

namespace fortnight::storage {

// What of the calls in [from, to) a version can't give: those of dropped days that are known to
// have had any, and those of files that are lost or can't be read.
Completeness completeness_of_calls(const Version& version, TimeNs from, TimeNs to);

}  // namespace fortnight::storage
