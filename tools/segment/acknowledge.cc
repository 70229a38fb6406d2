#include <fmt/format.h>

#include "base/civil_time.h"
#include "base/number_text.h"
#include "storage/files/file_names.h"
#include "storage/repair.h"
#include "tools/segment/commands.h"
#include "tools/segment/table.h"

namespace fortnight::segment {

using storage::FileKind;
using storage::FileName;

std::string what_is_lost(const FileName& name) {
  const std::string until = day_to_string(name.day);
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
  const auto files = storage::posix_file_system(directory);
  const auto done = storage::acknowledge_losses(*files);
  if (!done) return done.error().within(directory);
  if (done->lost.empty() && done->journal.files.empty()) {
    return write(out, "nothing to acknowledge\n");
  }
  for (const FileName& name : done->lost) FORTNIGHT_TRY(write(out, what_is_lost(name) + "\n"));
  for (const FileName& name : done->journal.files) {
    FORTNIGHT_TRY(write(out, fmt::format("{}: {} records are known to be lost\n", name.path(),
                                         with_commas(done->journal.records))));
  }
  return write(out, "acknowledged: answers no longer count as incomplete because of these\n");
}

}  // namespace fortnight::segment
