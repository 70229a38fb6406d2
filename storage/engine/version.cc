#include "storage/engine/version.h"

#include <algorithm>
#include <utility>

namespace fortnight::storage {
namespace {

// The reader that `before` has of the file, if it has one.
template <typename Live>
auto reader_of(const std::map<Day, std::vector<Live>>& before, const FileName& name)
    -> decltype(Live::reader) {
  const auto day = before.find(name.day);
  if (day == before.end()) return nullptr;
  for (const Live& live : day->second) {
    if (live.entry.name == name) return live.reader;
  }
  return nullptr;
}

bool is_damage(const Error& error) {
  return error.code == ErrorCode::corrupt || error.code == ErrorCode::not_found;
}

// Opens all of `entries` into `out`; what is damaged moves to `lost`.
template <typename Reader, typename Entry, typename Live>
void open_all(FileSystem& files, std::vector<Entry>& entries,
              const std::map<Day, std::vector<Live>>* before,
              const std::shared_ptr<BlockCache>& cache, std::map<Day, std::vector<Live>>& out,
              std::vector<FileName>& lost, std::vector<std::string>& damaged) {
  std::vector<Entry> sound;
  for (const Entry& entry : entries) {
    auto reader = before != nullptr ? reader_of(*before, entry.name) : nullptr;
    if (!reader) {
      auto opened = Reader::open(files, entry.name.path(), cache);
      if (!opened && is_damage(opened.error())) {
        lost.push_back(entry.name);
        damaged.push_back(entry.name.path());
        continue;
      }
      // Any other error may pass: the file stays live, and answers are incomplete meanwhile.
      if (opened) reader = std::move(*opened);
    }
    sound.push_back(entry);
    out[entry.name.day].push_back(Live{entry, std::move(reader)});
  }
  entries = std::move(sound);
}

}  // namespace

std::shared_ptr<const Version> open_version(FileSystem& files, Manifest manifest,
                                            const Version* before,
                                            const std::shared_ptr<BlockCache>& cache,
                                            std::vector<std::string>& damaged) {
  auto version = std::make_shared<Version>();
  version->manifest = std::move(manifest);
  Manifest& kept = version->manifest;
  open_all<PartReader>(files, kept.parts, before != nullptr ? &before->parts : nullptr, cache,
                       version->parts, kept.lost, damaged);
  open_all<RollupReader>(files, kept.rollups, before != nullptr ? &before->rollups : nullptr, cache,
                         version->rollups, kept.lost, damaged);
  for (auto& [day, parts] : version->parts) {
    std::sort(parts.begin(), parts.end(), [](const LivePart& a, const LivePart& b) {
      return a.entry.summary.min_seq < b.entry.summary.min_seq;
    });
  }
  return version;
}

}  // namespace fortnight::storage
