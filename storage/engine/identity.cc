#include "storage/engine/identity.h"

#include <string>

#include "base/civil_time.h"
#include "storage/rollup/file.h"

namespace fortnight::storage {
namespace {

Error another_file(const FileName& name, std::uint64_t named_calls, std::uint64_t calls, Day day) {
  return corrupt(name.path() + ": this isn't the file that the manifest names: it has " +
                 std::to_string(calls) + " calls of " + day_to_string(day) + ", not the " +
                 std::to_string(named_calls) + " that were written to it");
}

}  // namespace

Result<void> identify(PartEntry& entry, const PartSummary& found) {
  PartSummary named = entry.summary;
  named.day = entry.name.day;
  if (named.checksum == 0) named.checksum = found.checksum;
  if (named != found) return another_file(entry.name, named.calls, found.calls, found.day);
  entry.summary = named;
  return {};
}

Result<void> identify(RollupEntry& entry, const RollupReader& found) {
  const std::uint64_t checksum = found.file()->footer().checksum;
  const bool same = found.day() == entry.name.day && found.calls() == entry.calls &&
                    found.file()->size() == entry.bytes &&
                    (entry.checksum == 0 || entry.checksum == checksum);
  if (!same) return another_file(entry.name, entry.calls, found.calls(), found.day());
  entry.checksum = checksum;
  return {};
}

Result<void> identify(const RejectsEntry& entry, const RejectsFile& found) {
  bool same = found.size() == entry.rejects && found.bytes() == entry.bytes;
  if (entry.checksum != 0) {
    same = same && found.checksum() == entry.checksum;
  } else if (entry.rejects != 0) {
    same = same && found.newest() == entry.newest;
  }
  if (same) return {};
  return corrupt(entry.name().path() + ": this isn't the file that the manifest names: it has " +
                 std::to_string(found.size()) + " rejected lines, not the " +
                 std::to_string(entry.rejects) + " that were written to it");
}

Result<RejectsFile> read_entry(FileSystem& files, const RejectsEntry& entry) {
  FORTNIGHT_ASSIGN(RejectsFile file, RejectsFile::read(files, entry.name().path()));
  FORTNIGHT_TRY(identify(entry, file));
  return file;
}

}  // namespace fortnight::storage
