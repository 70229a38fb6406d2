#include "storage/repair/rejects_check.h"

#include "storage/engine/identity.h"

namespace fortnight::storage {

std::vector<DamagedRejects> check_rejects(FileSystem& files, const Manifest& manifest) {
  std::vector<DamagedRejects> damaged;
  for (const RejectsEntry& entry : manifest.rejects) {
    const auto file = read_entry(files, entry);
    if (!file) damaged.push_back({entry, file.error()});
  }
  return damaged;
}

}  // namespace fortnight::storage
