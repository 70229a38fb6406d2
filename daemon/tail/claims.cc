#include "daemon/tail/claims.h"

#include <algorithm>

#include "daemon/tail/listing.h"

namespace fortnight::daemon {

std::vector<SharedFile> TailClaims::claim(const std::string& source, const Files& files) {
  release(source);
  std::vector<SharedFile> shared;
  std::vector<FileId>& claimed = claimed_[source];
  for (const auto& [path, id] : files) {
    std::vector<std::string>& readers = readers_[id];
    for (const std::string& other : readers) shared.push_back({path, other});
    readers.push_back(source);
    claimed.push_back(id);
  }
  std::sort(shared.begin(), shared.end());
  return shared;
}

void TailClaims::release(const std::string& source) {
  const auto claimed = claimed_.find(source);
  if (claimed == claimed_.end()) return;
  for (const FileId& id : claimed->second) {
    const auto readers = readers_.find(id);
    std::erase(readers->second, source);
    if (readers->second.empty()) readers_.erase(readers);
  }
  claimed_.erase(claimed);
}

std::vector<std::string> files_read_twice(const config::Config& config) {
  TailClaims claims;
  std::vector<std::string> lines;
  for (const config::Source& source : config.sources) {
    const auto* tail = std::get_if<config::TailSource>(&source.from);
    if (tail == nullptr) continue;
    std::vector<std::string> ignored;
    TailClaims::Files files;
    for (const ListedFile& file : list_matches(tail->paths, ignored)) {
      files[file.path] = file.info.id;
    }
    for (const SharedFile& shared : claims.claim(source.name, files)) {
      lines.push_back(shared.path + ": source " + source.name + " reads it, and so does " +
                      shared.other + "; its lines are stored twice");
    }
  }
  return lines;
}

}  // namespace fortnight::daemon
