// Whether a file is the one that the manifest names. A name proves nothing: files can be swapped,
// copied over one another, or restored from an older time.
#pragma once

#include "base/error.h"
#include "storage/engine/manifest.h"
#include "storage/engine/rejects.h"
#include "storage/part/part.h"
#include "storage/rollup/rollup.h"

namespace fortnight::storage {

// `found` is read from the opened file. An entry from an older version has no checksum; it gets the
// file's. ErrorCode::corrupt if the file is another one.
Result<void> identify(PartEntry& entry, const PartSummary& found);
Result<void> identify(RollupEntry& entry, const RollupReader& found);
// Changes no entry: rejects go after some days, and so do entries without a checksum.
Result<void> identify(const RejectsEntry& entry, const RejectsFile& found);

// Reads the file that `entry` names. ErrorCode::corrupt where it is another one.
Result<RejectsFile> read_entry(FileSystem& files, const RejectsEntry& entry);

}  // namespace fortnight::storage
