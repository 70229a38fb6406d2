// Removes rejected lines that contain a text from the files of rejects.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "storage/engine/catalog.h"
#include "storage/engine/reject_counts.h"

namespace fortnight::storage {

// Replaces, in `next`, each file that has such a line by a copy in which the line's bytes are gone.
// Its source, reason and time stay, since they are counted; so do the numbers of all rejects.
// `counts` are of all rejects in files. Returns the number of lines. After an error, new files may
// be left: the caller discards `made`.
Result<std::uint64_t> erase_rejects(FileSystem& files, Catalog& catalog, const RejectCounts& counts,
                                    std::string_view text, Manifest& next,
                                    std::vector<FileName>& made);

// Whether a rejected line has the text, as it is or with JSON's escapes.
bool has_text(const Reject& reject, std::string_view text);

}  // namespace fortnight::storage
