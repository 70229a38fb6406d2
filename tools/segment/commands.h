// The commands of fortnight-segment. Each writes to `out` and returns what went wrong, if anything.
#pragma once

#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

#include "storage/base/error.h"
#include "tools/segment/target.h"

namespace fortnight::segment {

// Sizes by file, section, column and encoding.
storage::Result<void> info(const Target& target, std::FILE* out);

// One line a problem; the number of them.
storage::Result<std::size_t> verify(const Target& target, std::FILE* out);

// The whole lines of the calls that match, one a line, file by file, oldest first in each.
storage::Result<void> cat(const Target& target, const std::vector<std::string>& filters,
                          std::FILE* out);

enum class ExportForm : std::uint8_t { ndjson, csv };

// The calls that match, as rows: all fields and IDs, or `fields` alone (names of fields and of ID
// kinds, "ref", "line", and JSON pointers).
storage::Result<void> export_calls(const Target& target, const std::vector<std::string>& filters,
                                   ExportForm form, const std::vector<std::string>& fields,
                                   std::FILE* out);

// Writes anew what can be saved of a data directory's damaged files: indices from calls, rollups
// from calls, parts without their damaged blocks. What it replaces goes to the quarantine. Says
// what it does. ErrorCode::locked while a daemon holds the directory.
storage::Result<void> repair(const std::string& directory, std::FILE* out);

// Writes all of it, or fails.
storage::Result<void> write(std::FILE* out, std::string_view text);

}  // namespace fortnight::segment
