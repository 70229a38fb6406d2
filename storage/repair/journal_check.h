// Checks the journal against its mark and the manifest.
#pragma once

#include <cstdint>
#include <set>

#include "base/error.h"
#include "storage/engine/manifest.h"
#include "storage/files/file_system.h"

namespace fortnight::storage {

struct JournalCheck {
  std::uint64_t lost_records = 0;
  std::set<std::uint64_t> lost_from;  // numbers of journal files that lack, or may lack, records
  std::uint64_t last_lsn = 0;         // highest known one, including lost records
};

// Reads the journal like a start does, without changes.
Result<JournalCheck> check_journal(FileSystem& files, const Manifest& manifest);

}  // namespace fortnight::storage
