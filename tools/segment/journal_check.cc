#include "tools/segment/journal_check.h"

#include <algorithm>

#include "storage/engine/recovery.h"
#include "storage/journal/mark.h"
#include "storage/journal/record.h"
#include "storage/journal/replay.h"

namespace fortnight::segment {

Result<JournalCheck> check_journal(storage::FileSystem& files, const storage::Manifest& manifest) {
  const auto mark = storage::read_journal_mark(files);
  const storage::JournalReach reach = storage::reach_of(manifest.journal, mark);
  FORTNIGHT_ASSIGN(
      const auto replay,
      storage::replay_journal(files, manifest.covered_lsn, reach,
                              [](std::uint64_t, std::string_view payload) -> Result<void> {
                                const auto append = storage::decode_append(payload);
                                return append ? Result<void>() : append.error();
                              }));
  return JournalCheck{replay.lost_records, replay.lost_from,
                      std::max(replay.next_lsn - 1, reach.lsn)};
}

}  // namespace fortnight::segment
