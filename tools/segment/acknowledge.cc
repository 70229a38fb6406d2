#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "storage/engine/completeness.h"
#include "storage/files/file_names.h"
#include "storage/journal/mark.h"
#include "tools/segment/commands.h"
#include "tools/segment/journal_check.h"
#include "tools/segment/publish.h"
#include "tools/segment/table.h"

namespace fortnight::segment {

using storage::FileKind;
using storage::FileName;

std::string what_is_lost(const FileName& name) {
  const std::string until = storage::day_to_string(name.day);
  if (name.kind == FileKind::manifest) {
    return fmt::format("{}: all manifests were lost: which files there were until {} isn't known",
                       name.path(), until);
  }
  if (name.kind == FileKind::journal) {
    return fmt::format("{}: records of it are lost, or may be: calls of days until {}", name.path(),
                       until);
  }
  return fmt::format("{}: lost", name.path());
}

Result<void> acknowledge(const std::string& directory, std::FILE* out) {
  FORTNIGHT_TRY(check_data_directory(directory));
  FORTNIGHT_ASSIGN(const auto lock, storage::lock_directory(directory));
  FORTNIGHT_ASSIGN(Target target, open_target(directory));
  storage::Manifest& manifest = *target.manifest;
  FORTNIGHT_ASSIGN(const JournalCheck journal, check_journal(*target.files, manifest));
  if (manifest.lost.empty() && journal.lost_from.empty()) {
    return write(out, "nothing to acknowledge\n");
  }
  for (const FileName& name : manifest.lost) {
    FORTNIGHT_TRY(write(out, what_is_lost(name) + "\n"));
  }
  for (const std::uint64_t number : journal.lost_from) {
    FORTNIGHT_TRY(write(out, fmt::format("{}: {} records are known to be lost\n",
                                         FileName{FileKind::journal, number, 0}.path(),
                                         grouped(journal.lost_records))));
  }
  manifest.lost.clear();
  manifest.lost_checksums.clear();
  manifest.journal.acknowledged_lsn = journal.last_lsn;
  FORTNIGHT_TRY(publish(*target.files, manifest));
  // The new mark says that no file of the journal is required.
  FORTNIGHT_TRY(storage::JournalMark(*target.files).keep({.lsn = journal.last_lsn}));
  return write(out, "acknowledged: answers no longer count as incomplete because of these\n");
}

}  // namespace fortnight::segment
