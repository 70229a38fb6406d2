#include "storage/engine/upkeep.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "storage/engine/certificates.h"
#include "storage/engine/erased_marks.h"
#include "storage/engine/rejects.h"
#include "storage/engine/view_rejects.h"
#include "storage/packing/limits.h"
#include "storage/rollup/rollup.h"
#include "storage/rollup/verify.h"

namespace fortnight::storage {
namespace {

// Of rollups that couldn't be merged, those that can't be read; all of them if each can.
std::vector<LiveRollup> to_blame(const std::vector<LiveRollup>& inputs) {
  std::vector<LiveRollup> unsound;
  for (const LiveRollup& input : inputs) {
    const auto reader = input.file->open();
    if (!reader || !verify_rollup((*reader)->file()).empty()) unsound.push_back(input);
  }
  return unsound.empty() ? inputs : unsound;
}

}  // namespace

Upkeep::Upkeep(FileSystem& files, const EngineOptions& options, Catalog& catalog)
    : files_(files),
      options_(options),
      catalog_(catalog),
      clock_(catalog.current()->manifest.clock, options.clock_hold) {}

Result<bool> Upkeep::step(TimeNs now) {
  FORTNIGHT_ASSIGN(const bool dropped, retain());
  if (dropped) return true;
  if (stopped_) {
    abandon_merge();
    return false;
  }
  if (merges_held_) return false;
  if (merging_) return settle_merge();
  FORTNIGHT_ASSIGN(const bool purged, purge(now));
  if (purged) return true;
  // Rollups come before parts: merging them is fast, and otherwise they would never be merged while
  // parts arrive as fast as they are merged.
  FORTNIGHT_ASSIGN(const bool merged, merge_rollups(now));
  if (merged) return true;
  FORTNIGHT_ASSIGN(const bool started, start_merge(now));
  return started ? Result<bool>(true) : let_go();
}

// Without other work, publishes once more, so that dropped files don't stay on disk.
Result<bool> Upkeep::let_go() {
  if (!catalog_.holds_superseded()) return false;
  FORTNIGHT_TRY(publish(catalog_.current()->manifest));
  return true;
}

TimeNs Upkeep::next_time(TimeNs now) const {
  const TimeNs midnight = day_start(day_of(now) + 1);
  TimeNs next = std::min(midnight, now + options_.seal_after);
  if (const auto held = clock_.holds_until()) next = std::min(next, *held);
  return std::max(next, now + 1);
}

Result<void> Upkeep::publish(Manifest next) {
  next.clock = clock_.trusted();
  return catalog_.publish(std::move(next));
}

Result<bool> Upkeep::retain() {
  const Manifest& current = catalog_.current()->manifest;
  Manifest next =
      with_first_kept(current, first_kept_day(clock_.trusted(), options_.retention_days));
  if (const auto day = day_over_budget(next, options_.max_bytes)) next.dropped.insert(*day);
  next = without_old_rejects(without_dropped(std::move(next)), options_.max_rejects_bytes);
  if (next.first_kept == current.first_kept && next.dropped == current.dropped &&
      next.rejects.size() == current.rejects.size()) {
    return false;
  }
  if (next.rejects.empty() && !current.rejects.empty()) FORTNIGHT_TRY(keep_reject_counts(next));
  const std::shared_ptr<const Version> before = catalog_.current();
  FORTNIGHT_TRY(publish(std::move(next)));
  tell_dropped(before->manifest);
  return true;
}

void Upkeep::tell_dropped(const Manifest& before) const {
  if (!day_dropped_) return;
  const Manifest& now = catalog_.current()->manifest;
  std::map<Day, DroppedDay> days;
  for (const PartEntry& part : before.parts) {
    const Day day = part.name.day;
    if (now.keeps(day)) continue;
    DroppedDay& dropped = days[day];
    dropped.day = day;
    dropped.calls += part.summary.calls;
    dropped.bytes += part.summary.bytes;
    dropped.for_room = day >= now.first_kept;
  }
  for (const auto& [day, dropped] : days) day_dropped_(dropped);
}

// When the last rejected lines are dropped, their counts stay in a file without lines.
Result<void> Upkeep::keep_reject_counts(Manifest& next) {
  const std::vector<RejectsEntry>& before = catalog_.current()->manifest.rejects;
  const RejectCounts counts = load_reject_counts(files_, before);
  const FileName name = catalog_.new_file(FileKind::rejects, 0);
  const auto written = write_rejects(files_, name.path(), {}, counts);
  if (!written) {
    catalog_.discard(name);
    return written.error();
  }
  next.rejects.push_back({name.number, 0, written->bytes, clock_.trusted(), written->checksum});
  return {};
}

Result<void> Upkeep::drop_day(Day day) {
  Manifest next = catalog_.current()->manifest;
  if (!next.keeps(day)) return {};
  next.dropped.insert(day);
  return publish(without_dropped(std::move(next)));
}

void Upkeep::touched(Day day, TimeNs now) {
  // Past this age, how long a day has been quiet doesn't matter.
  std::erase_if(last_touch_, [&](const auto& touch) {
    return now - touch.second >= options_.seal_after * kLongestQuiet;
  });
  last_touch_[day] = now;
}

MergeRules Upkeep::rules(TimeNs now) const {
  MergeRules rules;
  rules.width = options_.merge_width;
  rules.today = day_of(now);
  rules.unmergeable = unmergeable_;
  rules.capped = capped_;
  rules.quiet = [this, now](Day day, int times) {
    const TimeNs wait = options_.seal_after * times;
    const auto touch = last_touch_.find(day);
    return now >= day_start(day + 1) + wait &&
           (touch == last_touch_.end() || now - touch->second >= wait);
  };
  return rules;
}

Result<bool> Upkeep::start_merge(TimeNs now) {
  auto plan = plan_merge(*catalog_.current(), rules(now));
  return plan ? begin(std::move(*plan)) : Result<bool>(false);
}

Result<bool> Upkeep::begin(MergePlan plan) {
  const FileName output =
      catalog_.new_file(plan.seal ? FileKind::segment : FileKind::part, plan.day);
  MergeJob::Inputs inputs;
  for (const LivePart& part : plan.inputs) inputs.push_back(part.reader);
  auto job =
      MergeJob::create(files_, output.path(), plan.day, plan.seal ? Effort::sealed : Effort::fast,
                       std::move(inputs), options_.executor.get());
  if (!job) {
    catalog_.discard(output);
    return job.error();
  }
  must_abandon_ = false;
  merging_ = Merging{std::move(plan), output, std::move(*job)};
  return true;
}

void Upkeep::erased(bool now) {
  if (!merging_) return;
  const auto changed = [&](const LivePart& input) {
    const std::vector<PartEntry>& live = catalog_.current()->manifest.parts;
    return std::none_of(live.begin(), live.end(), [&](const PartEntry& part) {
      return part.name == input.entry.name && part.erased == input.entry.erased;
    });
  };
  const auto& inputs = merging_->plan.inputs;
  if (now || std::any_of(inputs.begin(), inputs.end(), changed)) must_abandon_ = true;
}

// Whether it is time to rewrite parts with erased calls that would otherwise wait for a merge.
bool Upkeep::must_rewrite(TimeNs now) const {
  const std::vector<Erasure>& erasures = catalog_.current()->manifest.erasures;
  return std::any_of(erasures.begin(), erasures.end(), [&](const Erasure& erasure) {
    return erasure.now || now < erasure.at || now - erasure.at >= kErasedFilesRewrittenAfter;
  });
}

// The manifest names them until their removal is durable.
Result<bool> Upkeep::remove_quarantined() {
  Manifest next = catalog_.current()->manifest;
  for (const std::string& path : std::exchange(next.erased_paths, {})) {
    const auto removed = files_.remove(path);
    if (!removed && removed.error().code != ErrorCode::not_found) return removed.error();
  }
  FORTNIGHT_TRY(files_.sync_directory(std::string(kQuarantineDirectory)));
  FORTNIGHT_TRY(publish(std::move(next)));
  return true;
}

// One step towards files without erased calls: rewrites a part; publishes, so that replaced files
// go; writes the certificates once all is gone.
Result<bool> Upkeep::purge(TimeNs now) {
  const std::shared_ptr<const Version> version = catalog_.current();
  const Manifest& current = version->manifest;
  if (!current.has_erased()) return false;
  if (catalog_.holds_forgettable() ||
      (catalog_.holds_superseded() && !current.erased_files.empty())) {
    FORTNIGHT_TRY(publish(current));
    return true;
  }
  bool any = !current.erased_files.empty();
  const bool due = must_rewrite(now);
  for (const auto& [day, parts] : version->parts) {
    for (const LivePart& part : parts) {
      if (part.entry.erased == nullptr) continue;
      any = true;
      if (!due || !part.reader || unmergeable_.contains(part.entry.name.number)) continue;
      return begin({day, part.entry.name.kind == FileKind::segment, {part}});
    }
  }
  if (due && !current.erased_paths.empty()) return remove_quarantined();
  any = any || !current.erased_paths.empty();
  // Records are released once two generations cover them.
  const bool covered = catalog_.releasable_lsn() >= current.covered_lsn;
  if (journal_has_erased_ && journal_has_erased_()) {
    any = true;
    if (!covered) FORTNIGHT_TRY(publish(current));
    if (!covered) return true;
  }
  if (any) return false;
  FORTNIGHT_TRY(add_certificates(files_, current.erasures, clock_.trusted()));
  Manifest next = current;
  next.erasures.clear();
  FORTNIGHT_TRY(publish(std::move(next)));
  (void)keep_erased_marks(files_, catalog_.current()->manifest);  // or the next start does it
  return true;
}

void Upkeep::abandon_merge() {
  if (!merging_) return;
  const FileName output = merging_->output;
  merging_.reset();
  catalog_.discard(output);
}

bool Upkeep::inputs_are_live() const {
  const std::vector<PartEntry>& live = catalog_.current()->manifest.parts;
  return std::all_of(
      merging_->plan.inputs.begin(), merging_->plan.inputs.end(), [&](const LivePart& input) {
        return std::any_of(live.begin(), live.end(),
                           [&](const PartEntry& part) { return part.name == input.entry.name; });
      });
}

void Upkeep::advance_merge() {
  const auto stops = [this] { return stopped_ || must_abandon_; };
  if (!merging_ || merging_->outcome || stops()) return;
  const std::uint64_t calls = std::uint64_t{options_.merge_slice_blocks} * kBlockCalls;
  const auto done = merging_->job->advance(calls, stops);
  if (!done) {
    merging_->outcome = done.error();
  } else if (*done) {
    merging_->outcome = merging_->job->finish();
  }
}

Result<bool> Upkeep::settle_merge() {
  // The day may have been dropped in the meantime.
  if (must_abandon_ || !inputs_are_live()) {
    abandon_merge();
    return true;
  }
  if (!merging_->outcome) return true;
  Result<void> published =
      *merging_->outcome ? publish_merge() : Result<void>(merging_->outcome->error());
  if (published) return true;
  // A file that can't be read is left as it is, so that the other parts don't wait for it.
  const auto unread = *merging_->outcome ? std::nullopt : merging_->job->unread_input();
  if (unread) unmergeable_.insert(merging_->plan.inputs[*unread].entry.name.number);
  abandon_merge();
  if (unread) return true;
  return published.error();
}

Result<void> Upkeep::publish_merge() {
  const MergePlan& plan = merging_->plan;
  Manifest next = catalog_.current()->manifest;
  std::erase_if(next.parts, [&](const PartEntry& part) {
    return std::any_of(plan.inputs.begin(), plan.inputs.end(),
                       [&](const LivePart& input) { return input.entry.name == part.name; });
  });
  std::uint8_t rewrites = 0;
  for (const LivePart& input : plan.inputs) rewrites = std::max(rewrites, input.entry.rewrites);
  if (rewrites < std::numeric_limits<std::uint8_t>::max()) ++rewrites;
  next.parts.push_back({merging_->output, **merging_->outcome, {}, rewrites});
  if (plan.seal) next.sealed.insert(plan.day);
  FORTNIGHT_TRY(publish(std::move(next)));
  merging_.reset();
  return {};
}

Result<bool> Upkeep::merge_rollups(TimeNs now) {
  auto plan = plan_rollup_merge(*catalog_.current(), rules(now));
  if (!plan) return false;
  if (!plan->quiet) leave_out_folded(*plan);
  if (plan->inputs.size() == 1 && !needs_folding(plan->inputs.front())) {
    capped_.insert(plan->inputs.front().entry.name.number);
    return true;
  }
  const FileName output = catalog_.new_file(plan->kind, plan->day);
  auto written = write_merged_rollup(*plan, output);
  if (!written || !*written) catalog_.discard(output);
  if (!written) return written.error();
  return true;
}

// Returns false if the file can't be read: it is left as it is.
bool Upkeep::needs_folding(const LiveRollup& rollup) const {
  const auto reader = rollup.file->open();
  if (!reader) return false;
  const auto within = (*reader)->is_within(options_.caps);
  return within && !*within;
}

// While calls come to a sealed day, its folded file is left as it is. Merged now, each endpoint
// that it doesn't name would make the counts of all endpoints uncertain, though most are folded
// later.
void Upkeep::leave_out_folded(RollupMergePlan& plan) const {
  std::vector<LiveRollup> unfolded;
  for (const LiveRollup& input : plan.inputs) {
    const auto reader = input.file->open();
    if (!reader || !(*reader)->fold().any()) unfolded.push_back(input);
  }
  if (unfolded.size() > 1) plan.inputs = std::move(unfolded);
}

// Returns false if an input can't be opened or read. It is excluded from later merges, so that
// nothing waits for it.
Result<bool> Upkeep::write_merged_rollup(const RollupMergePlan& plan, const FileName& output) {
  KeyCaps caps = plan.capped ? options_.caps : fresh_caps(options_.caps);
  if (!plan.quiet) caps = without_unmatched_cap(caps);
  const auto builder =
      RollupBuilder::create(plan.day, {caps, earlier_rollups(catalog_.current(), plan.day)});
  for (const LiveRollup& input : plan.inputs) {
    const auto reader = input.file->open();
    if (reader && builder->add(**reader)) continue;
    unmergeable_.insert(input.entry.name.number);
    return false;
  }
  const auto written = builder->write(files_, output.path());
  if (!written) {
    const ErrorCode code = written.error().code;
    if (code != ErrorCode::corrupt && code != ErrorCode::io) return written.error();
    for (const LiveRollup& input : to_blame(plan.inputs)) {
      unmergeable_.insert(input.entry.name.number);
    }
    return false;
  }
  Manifest next = catalog_.current()->manifest;
  std::erase_if(next.rollups, [&](const RollupEntry& rollup) {
    return std::any_of(plan.inputs.begin(), plan.inputs.end(),
                       [&](const LiveRollup& input) { return input.entry.name == rollup.name; });
  });
  next.rollups.push_back({output, builder->calls(), *written});
  FORTNIGHT_TRY(publish(std::move(next)));
  if (plan.quiet) capped_.insert(output.number);
  return true;
}

}  // namespace fortnight::storage
