// The commands of fortnight-segment. Each writes to `out` and returns an error if it failed.
#pragma once

#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

#include "base/error.h"
#include "storage/engine/rejects.h"
#include "storage/repair.h"
#include "tools/segment/target.h"

namespace fortnight::segment {

// Sizes by file, section, column and encoding. Damage is shown in the list of files and returned as
// an error at the end.
Result<void> info(const Target& target, std::FILE* out);

struct Verified {
  std::uint64_t files = 0;
  std::uint64_t problems = 0;
};
// Writes one line per problem. `path` is a data directory or any of its files.
Result<Verified> verify(const std::string& path, std::FILE* out);

// Writes the lines of the matching calls, file by file, oldest first in each.
Result<void> cat(const Target& target, const std::vector<std::string>& filters, std::FILE* out);

// Whether the file at `path` contains rejects.
bool holds_rejects(const std::string& path);
Result<storage::RejectsFile> read_rejects(const std::string& path);
// Writes its rejects in the form of REJECTS, in order of arrival.
Result<void> cat_rejects(const std::string& path, std::FILE* out);

enum class ExportForm : std::uint8_t { ndjson, csv };

// Writes the matching calls as rows with all fields and IDs, or only `fields` (names of fields and
// of ID kinds, "ref", "line", and JSON pointers).
Result<void> export_calls(const Target& target, const std::vector<std::string>& filters,
                          ExportForm form, const std::vector<std::string>& fields, std::FILE* out);

// Repairs a data directory (storage::repair_store). Reports every action and every lost block.
// ErrorCode::locked while a daemon holds the directory; ErrorCode::corrupt if calls are lost or
// damage remains. A dry run reports the same, writes nothing and takes no lock.
Result<void> repair(const std::string& directory, storage::RepairOptions options, std::FILE* out);

// Lists the losses and records them as known: answers no longer count as incomplete because of
// them. ErrorCode::locked while a daemon holds the directory.
Result<void> acknowledge(const std::string& directory, std::FILE* out);
// One line of text, without line end.
std::string what_is_lost(const storage::FileName& name);

// The error for an answer without damaged files or blocks; success if both are 0.
Result<void> damage_left_out(std::uint64_t files, std::uint64_t blocks);

// Writes all of the text or fails.
Result<void> write(std::FILE* out, std::string_view text);

}  // namespace fortnight::segment
