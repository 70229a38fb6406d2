// Whether the journal has what it must have, by its mark and by the manifest.
#pragma once

#include <cstdint>
#include <set>

#include "base/error.h"
#include "storage/engine/manifest.h"
#include "storage/files/file_system.h"

namespace fortnight::segment {

struct JournalCheck {
  std::uint64_t lost_records = 0;
  std::set<std::uint64_t> lost_from;  // numbers of journal files that lack records, or may
  std::uint64_t last_lsn = 0;         // known of, lost ones included
};

// Reads the journal as a start would, and changes nothing.
Result<JournalCheck> check_journal(storage::FileSystem& files, const storage::Manifest& manifest);

}  // namespace fortnight::segment
