#pragma once

#include "storage/store.h"
#include "storage/version.h"

namespace fortnight::storage {

// What of the calls in [from, to) a version can't give: those of dropped days that are known to
// have had any, and those of files that are lost or can't be read.
Completeness completeness_of_calls(const Version& version, TimeNs from, TimeNs to);

}  // namespace fortnight::storage
