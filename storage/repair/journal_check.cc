#include "storage/repair/journal_check.h"

#include <algorithm>

#include "storage/engine/recovery.h"
#include "storage/journal/mark.h"
#include "storage/journal/record.h"
#include "storage/journal/replay.h"

namespace fortnight::storage {

Result<JournalCheck> check_journal(FileSystem& files, const Manifest& manifest) {
  const auto mark = read_journal_mark(files);
  const JournalReach reach = reach_of(manifest.journal, mark);
  FORTNIGHT_ASSIGN(const auto replay,
                   replay_journal(files, manifest.covered_lsn, reach,
                                  [](std::uint64_t, std::string_view payload) -> Result<void> {
                                    const auto append = decode_append(payload);
                                    return append ? Result<void>() : append.error();
                                  }));
  return JournalCheck{replay.lost_records, replay.lost_from,
                      std::max(replay.next_lsn - 1, reach.lsn)};
}

}  // namespace fortnight::storage
