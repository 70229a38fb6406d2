// Files that no manifest names, at a start that can't tell whether they are leftovers: a manifest,
// records of the journal, or all manifests are lost. None of them is removed. A call is taken in if
// no other file has its number. Files that are not taken in whole are moved to the quarantine.
#pragma once

#include <cstdint>
#include <map>
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
  // Adds files that it takes in to `manifest`, and their calls to `rereading`. All must outlive it.
  StrayFiles(FileSystem& files, std::shared_ptr<BlockCache> cache, Manifest& manifest,
             Rereading& rereading)
      : files_(files),
        cache_(std::move(cache)),
        manifest_(manifest),
        rereading_(rereading),
        counted_below_(manifest.next_seq) {}

  // Finds and opens files with the store's names that aren't in `named` (ascending). Raises the
  // manifest's next_file and next_seq above theirs; sets damaged ones aside.
  Result<void> find(const std::vector<FileName>& named);
  // The newest time of their calls and counts.
  [[nodiscard]] std::optional<TimeNs> newest() const;
  [[nodiscard]] bool empty() const {
    return parts_.empty() && rollups_.empty() && rejects_.empty();
  }

  // These rows of a part are erased, if the part is found: its calls are counted, and its other
  // calls are taken in.
  void erased(const FileName& name, ErasedRows rows) { erased_[name] = std::move(rows); }

  // Registers calls that the store already has.
  void know(const Version& version);
  void know(const HeadBatches& head);
  [[nodiscard]] bool knows(std::uint64_t seq) const { return known_.contains(seq); }

  // Takes in, and counts, their calls that are not registered.
  Result<void> take_parts();
  // Takes in counts of calls that can't be counted any more. Counts that may be duplicates are left
  // out. Calls of the days `replayed` are counted by the replay.
  void take_counts(const std::set<Day>& replayed);
  // Takes in the rejected lines.
  void take_rejects();
  // Sets counts and rejected lines aside, because the replayed records have them.
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
  const std::uint64_t counted_below_;  // rollups that are named count the calls with lower numbers
  std::vector<Part> parts_;
  std::vector<RollupEntry> rollups_;
  std::vector<RejectsEntry> rejects_;
  std::map<FileName, ErasedRows> erased_;
  Roaring64Map known_;
  std::set<Day> counted_;  // days whose calls take_parts() has counted
  std::uint64_t taken_files_ = 0;
  std::uint64_t taken_calls_ = 0;
  std::uint64_t set_aside_files_ = 0;
};

}  // namespace fortnight::storage
