// The commands of fortnight-segment. Each writes to `out` and returns what went wrong, if anything.
#pragma once

#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

#include "base/error.h"
#include "tools/segment/target.h"

namespace fortnight::segment {

// Sizes by file, section, column and encoding. Damage is told in the list of files, and at the end
// as an error.
Result<void> info(const Target& target, std::FILE* out);

// One line a problem; the number of them.
Result<std::size_t> verify(const Target& target, std::FILE* out);

// The whole lines of the calls that match, one a line, file by file, oldest first in each.
Result<void> cat(const Target& target, const std::vector<std::string>& filters, std::FILE* out);

// Whether the file at `path` is one of rejected lines.
bool holds_rejects(const std::string& path);
// Its lines, as REJECTS has them, in the order in which they came.
Result<void> cat_rejects(const std::string& path, std::FILE* out);

enum class ExportForm : std::uint8_t { ndjson, csv };

// The calls that match, as rows: all fields and IDs, or `fields` alone (names of fields and of ID
// kinds, "ref", "line", and JSON pointers).
Result<void> export_calls(const Target& target, const std::vector<std::string>& filters,
                          ExportForm form, const std::vector<std::string>& fields, std::FILE* out);

struct RepairMode {
  bool dry_run = false;
  // Parts are written anew without the blocks that can't be read whole, though queries may still
  // get something of them.
  bool drop_unreadable = false;
};

// Writes anew what can be saved of a data directory's damaged files, and of those that a daemon has
// set aside: indices from calls, rollups from calls, parts without their damaged blocks. What it
// replaces goes to the quarantine. Says what it does and, by block, what is lost.
// Nothing that a query could still read is given up, unless drop_unreadable says so.
// ErrorCode::locked while a daemon holds the directory; ErrorCode::corrupt where calls are lost or
// damage is left. A dry run says what could be done; it
// writes nothing and takes no lock.
Result<void> repair(const std::string& directory, RepairMode mode, std::FILE* out);

// Lists what is lost and takes it for known: from then on answers don't miss it any more.
// ErrorCode::locked while a daemon holds the directory.
Result<void> acknowledge(const std::string& directory, std::FILE* out);
// One line for a person, without its end.
std::string what_is_lost(const storage::FileName& name);

// The error for an answer that damaged files or blocks are left out of; none where there are none.
Result<void> damage_left_out(std::uint64_t files, std::uint64_t blocks);

// Writes all of it, or fails.
Result<void> write(std::FILE* out, std::string_view text);

}  // namespace fortnight::segment
