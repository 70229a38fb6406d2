#include "storage/files/quarantine.h"

#include "storage/files/file_names.h"

namespace fortnight::storage {

void set_aside(FileSystem& files, const std::string& path) {
  const std::size_t slash = path.rfind('/');
  const std::string name = slash == std::string::npos ? path : path.substr(slash + 1);
  (void)files.rename(path, std::string(kQuarantineDirectory) + "/" + name);
}

}  // namespace fortnight::storage
