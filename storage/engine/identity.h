// Whether a file is the one that the manifest names. A name alone says nothing: files can be
// swapped, copied over one another, or put back from an older time.
#pragma once

#include "base/error.h"
#include "storage/engine/manifest.h"
#include "storage/part/part.h"
#include "storage/rollup/rollup.h"

namespace fortnight::storage {

// `found` is what the opened file says of itself. An entry of an older version has no checksum: it
// gets the file's. ErrorCode::corrupt where the file is another one.
Result<void> identify(PartEntry& entry, const PartSummary& found);
Result<void> identify(RollupEntry& entry, const RollupReader& found);

}  // namespace fortnight::storage
