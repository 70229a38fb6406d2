// Background maintenance of files: merging, sealing, dropping. Each step is bounded and publishes
// at most one version.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>

#include "storage/engine.h"
#include "storage/engine/catalog.h"
#include "storage/engine/merge.h"
#include "storage/engine/merge_plan.h"
#include "storage/engine/retention.h"

namespace fortnight::storage {

// Called by one thread at a time, with exclusive access to the catalog, except advance_merge() and
// stop().
class Upkeep {
 public:
  Upkeep(FileSystem& files, const EngineOptions& options, Catalog& catalog);

  // Called for each day that retention dropped. Must be set before anything else.
  void when_day_dropped(std::function<void(const DroppedDay&)> call) {
    day_dropped_ = std::move(call);
  }

  // Whether records of the journal may still have erased calls. May remove files of the journal.
  // Must be set before anything else.
  void when_asked_for_journal(std::function<bool()> has_erased) {
    journal_has_erased_ = std::move(has_erased);
  }
  // While it lives, steps that begin later neither begin nor publish a merge: the rows of parts
  // stay theirs. One at a time; any thread.
  class MergeHold {
   public:
    explicit MergeHold(Upkeep& upkeep) : upkeep_(upkeep) { upkeep_.merges_held_ = true; }
    ~MergeHold() { upkeep_.merges_held_ = false; }
    MergeHold(const MergeHold&) = delete;
    MergeHold& operator=(const MergeHold&) = delete;

   private:
    Upkeep& upkeep_;
  };
  // Calls were erased: a merge that has read some of them, or that `now` shouldn't wait for, is
  // abandoned by the next step. advance_merge() may run at the same time, and soon returns.
  void erased(bool now);

  // Does one step; returns false if there is none. Of a merge, it does what changes the catalog:
  // begins it, abandons it, publishes it.
  Result<bool> step(TimeNs now);
  // Writes a slice of the merge that step() has begun, if there is one. Doesn't use the catalog, so
  // others may change it meanwhile. Must not run at the same time as step().
  void advance_merge();
  // The earliest time at which the passing of time alone makes a step due.
  [[nodiscard]] TimeNs next_time(TimeNs now) const;

  Result<void> drop_day(Day day);
  // Notes that calls of a day were written to files.
  void touched(Day day, TimeNs now);
  // Stops the current merge; no other begins. Any thread.
  void stop() { stopped_ = true; }

  [[nodiscard]] const RetentionClock& clock() const { return clock_; }
  TimeNs observe(TimeNs now) { return clock_.observe(now); }

 private:
  struct Merging {
    MergePlan plan;
    FileName output;
    std::unique_ptr<MergeJob> job;
    // Set once the output is written, or can't be.
    std::optional<Result<PartSummary>> outcome = std::nullopt;
  };

  Result<bool> retain();
  void tell_dropped(const Manifest& before) const;
  Result<void> keep_reject_counts(Manifest& next);
  Result<bool> start_merge(TimeNs now);
  Result<bool> settle_merge();
  Result<void> publish_merge();
  void abandon_merge();
  [[nodiscard]] bool inputs_are_live() const;
  Result<bool> begin(MergePlan plan);
  Result<bool> merge_rollups(TimeNs now);
  Result<bool> purge(TimeNs now);
  Result<bool> remove_quarantined();
  [[nodiscard]] bool must_rewrite(TimeNs now) const;
  Result<bool> let_go();
  void leave_out_folded(RollupMergePlan& plan) const;
  [[nodiscard]] bool needs_folding(const LiveRollup& rollup) const;
  Result<bool> write_merged_rollup(const RollupMergePlan& plan, const FileName& output);
  [[nodiscard]] MergeRules rules(TimeNs now) const;
  Result<void> publish(Manifest next);

  FileSystem& files_;
  const EngineOptions& options_;
  Catalog& catalog_;
  RetentionClock clock_;
  std::map<Day, TimeNs> last_touch_;
  std::set<std::uint64_t> unmergeable_;
  std::set<std::uint64_t> capped_;          // rollups known to be within the caps
  std::optional<Merging> merging_;          // only step() begins and ends it
  std::atomic<bool> must_abandon_ = false;  // this merge
  std::function<void(const DroppedDay&)> day_dropped_;
  std::function<bool()> journal_has_erased_;
  std::atomic<bool> merges_held_ = false;
  std::atomic<bool> stopped_ = false;
};

}  // namespace fortnight::storage
