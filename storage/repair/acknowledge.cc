#include "storage/journal/mark.h"
#include "storage/repair.h"
#include "storage/repair/inspection.h"
#include "storage/repair/journal_check.h"

namespace fortnight::storage {

Result<Acknowledgement> acknowledge_losses(FileSystem& files) {
  FORTNIGHT_ASSIGN(LoadedManifests manifests, load_manifests_beside_engine(files));
  Manifest& manifest = manifests.current;
  FORTNIGHT_ASSIGN(const JournalCheck journal, check_journal(files, manifest));
  Acknowledgement out{manifest.lost, {journal.lost_records, {}}};
  for (const std::uint64_t number : journal.lost_from) {
    out.journal.files.push_back({FileKind::journal, number, 0});
  }
  if (out.lost.empty() && out.journal.files.empty()) return out;
  manifest.lost.clear();
  manifest.lost_checksums.clear();
  manifest.journal.acknowledged_lsn = journal.last_lsn;
  manifest.generation = manifests.newest_generation + 1;
  FORTNIGHT_TRY(publish_manifest(files, manifest));
  // The new mark says that no file of the journal is required.
  FORTNIGHT_TRY(JournalMark(files).keep({.lsn = journal.last_lsn}));
  return out;
}

}  // namespace fortnight::storage
