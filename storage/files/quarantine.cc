#include "storage/files/quarantine.h"

#include "storage/files/file_names.h"

namespace fortnight::storage {
namespace {

// The most files of one name that are kept apart. Further ones replace the last.
constexpr int kMostOfAName = 100;

bool exists(FileSystem& files, const std::string& path) {
  const auto file = files.open(path);
  return file || file.error().code != ErrorCode::not_found;
}

}  // namespace

std::string set_aside(FileSystem& files, const std::string& path) {
  const std::size_t slash = path.rfind('/');
  const std::string name = slash == std::string::npos ? path : path.substr(slash + 1);
  const std::string aside = std::string(kQuarantineDirectory) + "/" + name;
  std::string target = aside;
  for (int i = 2; i <= kMostOfAName && exists(files, target); ++i) {
    target = aside + "." + std::to_string(i);
  }
  (void)files.rename(path, target);
  return target;
}

}  // namespace fortnight::storage
