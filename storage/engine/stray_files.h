// Files that no manifest names, at a start that can't tell by a manifest what they are: a manifest
// or records of the journal are lost, or all manifests are. None of them is removed. A call is
// taken in where nothing else has its number; whatever isn't taken in goes to the quarantine.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <roaring/roaring64map.hh>
#include <set>
#include <string>
#include <vector>

#include "storage/engine/head.h"
#include "storage/engine/manifest.h"
#include "storage/engine/rereading.h"
#include "storage/engine/version.h"
#include "storage/files/block_cache.h"
#include "storage/files/file_system.h"
#include "storage/part/file.h"

namespace fortnight::storage {

class StrayFiles {
 public:
  // Names in `manifest` what it takes in, and gives `rereading` the calls. All must outlive it.
  StrayFiles(FileSystem& files, std::shared_ptr<BlockCache> cache, Manifest& manifest,
             Rereading& rereading)
      : files_(files),
        cache_(std::move(cache)),
        manifest_(manifest),
        rereading_(rereading),
        counted_below_(manifest.next_seq) {}

  // Finds and opens the files of the store's names that aren't among `named` (ascending). Raises
  // the manifest's next_file and next_seq above theirs; damaged ones are set aside.
  Result<void> find(const std::vector<FileName>& named);
  // The newest time that they speak of.
  [[nodiscard]] std::optional<TimeNs> newest() const;
  [[nodiscard]] bool empty() const {
    return parts_.empty() && rollups_.empty() && rejects_.empty();
  }

  // Calls that are in the store without them.
  void know(const Version& version);
  void know(const HeadBatches& head);
  [[nodiscard]] bool knows(std::uint64_t seq) const { return known_.contains(seq); }

  // Takes in what calls they have that aren't known, and counts those.
  Result<void> take_parts();
  // Takes in counts of calls that can't be counted any more, never any twice: where that can't be
  // told, they are left out. Counts of the days of `replayed` are among what was replayed.
  void take_counts(const std::set<Day>& replayed);
  // Takes in the rejected lines.
  void take_rejects();
  // Sets counts and rejected lines aside: what was replayed has them.
  void leave_counts();

  [[nodiscard]] std::uint64_t taken_files() const { return taken_files_; }
  [[nodiscard]] std::uint64_t taken_calls() const { return taken_calls_; }
  [[nodiscard]] std::uint64_t set_aside_files() const { return set_aside_files_; }

 private:
  struct Part {
    FileName name;
    std::shared_ptr<const PartFile> file;
  };
  class Counting;

  Result<void> find_in(const std::string& directory, const std::vector<FileName>& named);
  void add(const FileName& name, std::uint64_t bytes);
  void leave(const FileName& name);
  void leave_damaged(const FileName& name);
  Result<void> take(const Part& part, Counting& counting);
  Result<bool> take_whole(const Part& part, const Roaring64Map& fresh, Counting& counting);
  Result<void> take_rest(const Part& part, const Roaring64Map& fresh, Counting& counting);
  void take_day(std::vector<RollupEntry>& rollups);

  FileSystem& files_;
  const std::shared_ptr<BlockCache> cache_;
  Manifest& manifest_;
  Rereading& rereading_;
  const std::uint64_t counted_below_;  // calls of lower numbers are in rollups that are named
  std::vector<Part> parts_;
  std::vector<RollupEntry> rollups_;
  std::vector<RejectsEntry> rejects_;
  Roaring64Map known_;
  std::set<Day> counted_;  // days whose calls take_parts() has counted
  std::uint64_t taken_files_ = 0;
  std::uint64_t taken_calls_ = 0;
  std::uint64_t set_aside_files_ = 0;
};

}  // namespace fortnight::storage
