#include "storage/engine.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/mutex.h"
#include "base/require.h"
#include "storage/engine/backup.h"
#include "storage/engine/engine_status.h"
#include "storage/engine/erase.h"
#include "storage/engine/fingerprint.h"
#include "storage/engine/flush.h"
#include "storage/engine/recovery.h"
#include "storage/engine/shared_state.h"
#include "storage/engine/upkeep.h"
#include "storage/engine/view_count.h"
#include "storage/engine/view_failures.h"
#include "storage/engine/view_latency.h"
#include "storage/engine/view_rejects.h"
#include "storage/engine/view_scan.h"
#include "storage/journal/journal.h"
#include "storage/journal/record.h"
#include "storage/part/part_memory.h"

namespace fortnight::storage {
namespace {

// How long to wait before a failed step of maintenance is tried again.
constexpr TimeNs kRetryAfter = 5 * kNsPerSecond;

bool says_nothing(const Append& append) {
  return append.batch.empty() && append.rejects.empty() && append.positions.empty() &&
         append.skipped == 0;
}

class EmbeddedEngine final : public Engine {
 public:
  EmbeddedEngine(FileSystem& files, const EngineOptions& options, std::shared_ptr<BlockCache> cache,
                 Recovered recovered, TimeNs now);
  // Makes the results of recovery durable, before anything is appended.
  Result<void> begin(bool must_publish, bool must_flush);

  Result<void> append(Append&& append, TimeNs now) override;
  Result<void> sync() override { return journal_.sync(); }
  void wait_for_room(std::chrono::milliseconds at_most) override;
  [[nodiscard]] std::map<std::string, std::string> positions() const override;

  Result<void> scan_into(const CallQuery& query, const Budget& budget, const CallVisitor& visit,
                         ScanSummary& summary) const override {
    return scan_view(view(), query, budget, visit, summary);
  }
  Result<CountAnswer> count(const CountQuery& query, TimeNs, const Budget& budget) const override {
    return count_view(view(), query, budget, answers_, options_.caps.unmatched_endpoints);
  }
  Result<FailureAnswer> failures(const FailureQuery& query, const Budget& budget) const override {
    return view_failures(view(), query, budget, answers_, first_failures_);
  }
  Result<LatencyAnswer> latency(const LatencyQuery& query, TimeNs now,
                                const Budget& budget) const override {
    const auto sketches = sketch_query(query, now);
    return sketches ? view_latency(view(), *sketches, budget)
                    : StoreReader::latency(query, now, budget);
  }
  Result<std::optional<CallRecord>> fetch(const Ref& ref, const Budget& budget) const override {
    return fetch_from_view(view(), ref, budget);
  }
  Result<std::uint64_t> next_seq() const override { return view().next_seq; }
  Result<RejectPage> rejects(const RejectQuery& query, const Budget& budget) const override;
  Result<std::uint64_t> count_rejects(const RejectFilter& filter) const override {
    return state_.count_rejects(filter);
  }
  Result<ScanSummary> explain(const CallQuery& query) const override {
    return explain_view(view(), query);
  }
  Result<ScanSummary> explain_count(const CountQuery& query) const override {
    return explain_count_view(view(), query);
  }
  Result<Erased> erase(const ErasureOrder& order, const Budget& budget, TimeNs now) override;
  [[nodiscard]] Result<std::vector<std::string>> certificates() const override {
    return all_certificates(files_, view().version->manifest.erasures);
  }
  Result<Backup> back_up(BackupTarget& target, const BackupOrder& order,
                         const Budget& budget) override;
  Result<void> drop_day(Day day) override;
  void write_status(TimeNs now, JsonWriter& out) const override;

  [[nodiscard]] std::vector<std::string> start_warnings() const override {
    return warnings_of(report_);
  }
  [[nodiscard]] std::optional<TimeRange> extent() const override { return view().extent(); }
  [[nodiscard]] std::size_t kept_days() const override { return view().kept_days(); }
  [[nodiscard]] std::optional<std::uint64_t> fingerprint(TimeNs from, TimeNs to) const override {
    return fingerprint_of(view(), from, to);
  }
  void when_unreadable(
      std::function<void(const std::string& what, const std::string& why)> call) override {
    cache_->failures().when_first(std::move(call));
  }
  void when_flush_due(std::function<void()> call) override { flush_due_ = std::move(call); }
  void when_late(std::function<void(const LateCalls&)> call) override { late_ = std::move(call); }
  void when_day_dropped(std::function<void(const DroppedDay&)> call) override {
    upkeep_.when_day_dropped(std::move(call));
  }
  Result<TimeNs> flush_if_due(TimeNs now) override;
  Result<TimeNs> upkeep(TimeNs now) override;
  Result<void> flush() override;
  Result<void> close() override;
  void stop_upkeep() override { upkeep_.stop(); }

 private:
  // The members of the maintenance steps. The mutex is held while the catalog may change: during a
  // flush, and before and after a slice of a merge. It is locked before SharedState::mutex.
  struct Maintenance {
    explicit Maintenance(std::unique_ptr<Catalog> recovered) : catalog(std::move(recovered)) {}

    mutable Mutex mutex;
    std::unique_ptr<Catalog> catalog GUARDED_BY(mutex);
    TimeNs retry_at GUARDED_BY(mutex) = kMinTime;

    [[nodiscard]] bool pauses(TimeNs now) const REQUIRES(mutex) {
      return now < retry_at && retry_at - now <= kRetryAfter;
    }
  };

  [[nodiscard]] View view() const { return state_.view(); }
  Result<void> check_room();
  Error refuse(ErrorCode code, std::string why);
  // Requires that late_ is set.
  void report_late(const HeadBatch& batch, const Manifest& manifest) const;

  // Everything of upkeep_ that uses the catalog or the clock.
  [[nodiscard]] Upkeep& upkeep_step() REQUIRES(maintenance_.mutex) { return upkeep_; }
  [[nodiscard]] bool flush_is_due(TimeNs now) const REQUIRES(maintenance_.mutex);
  void observe(TimeNs now) REQUIRES(maintenance_.mutex);
  // Returns the time of the next try, or the journal's failure, which is final.
  Result<TimeNs> after_failure(const Error& error, TimeNs now) REQUIRES(maintenance_.mutex);
  Result<void> flush_locked() REQUIRES(maintenance_.mutex);
  Result<void> flush_frozen(const FrozenHead& frozen) REQUIRES(maintenance_.mutex);
  // Makes the catalog's version visible to queries and releases the journal's covered records.
  // `flushed`: the counts of all rejects in files, if the version includes the frozen head.
  void show(std::shared_ptr<const RejectCounts> flushed) REQUIRES(maintenance_.mutex);

  FileSystem& files_;
  const EngineOptions options_;
  const std::shared_ptr<BlockCache> cache_;
  const AnswerMemory answers_{cache_};
  mutable FirstFailures first_failures_;
  const RecoveryReport report_;
  const std::shared_ptr<PartMemory> memory_ = std::make_shared<PartMemory>();

  Maintenance maintenance_;
  Upkeep upkeep_;  // see upkeep_step(); advance_merge(), stop() and MergeHold need no mutex
  Journal journal_;

  Mutex erasing_;     // held by a running erasure
  Mutex backing_up_;  // held by a running backup

  // For the appending thread only.
  bool waits_for_flush_ = false;  // the last append was refused because the head is full
  Rereading rereading_;
  std::function<void()> flush_due_;
  std::function<void(const LateCalls&)> late_;

  SharedState state_;
};

EmbeddedEngine::EmbeddedEngine(FileSystem& files, const EngineOptions& options,
                               std::shared_ptr<BlockCache> cache, Recovered recovered, TimeNs now)
    : files_(files),
      options_(options),
      cache_(std::move(cache)),
      report_(recovered.report),
      maintenance_(std::move(recovered.catalog)),
      upkeep_(files, options_, *maintenance_.catalog),
      journal_(files, options.journal_file_bytes, std::move(recovered.journal.files),
               recovered.journal.next_number, recovered.journal.next_lsn),
      rereading_(std::move(recovered.rereading)),
      state_(std::move(recovered), *maintenance_.catalog, now) {
  if (!maintenance_.catalog->current()->manifest.erasures.empty()) journal_.forget();
  upkeep_.when_asked_for_journal([this] { return journal_.holds_forgotten(); });
  maintenance_.catalog->set_journal([this] {
    const Journal::State state = journal_.state();
    return JournalEntry{state.file, state.synced_lsn, state.has_mark, 0};
  });
}

Result<void> EmbeddedEngine::begin(bool must_publish, bool must_flush) {
  // On a full disk the store can still answer. The next start repeats the recovery.
  const auto done = [](const Result<void>& result) -> Result<void> {
    const bool full = !result && result.error().code == ErrorCode::no_space;
    return full ? Result<void>() : result;
  };
  const MutexLock lock(maintenance_.mutex);
  const bool knew_mark = maintenance_.catalog->current()->manifest.journal.has_mark;
  FORTNIGHT_TRY(done(journal_.make_mark()));
  const std::uint64_t generation = maintenance_.catalog->current()->manifest.generation;
  if (must_flush) FORTNIGHT_TRY(flush_locked());
  const bool published = maintenance_.catalog->current()->manifest.generation != generation;
  if ((must_publish || must_flush || !knew_mark) && !published) {
    FORTNIGHT_TRY(done(maintenance_.catalog->publish(maintenance_.catalog->current()->manifest)));
    show(nullptr);
  }
  journal_.release(maintenance_.catalog->releasable_lsn());
  return {};
}

Error EmbeddedEngine::refuse(ErrorCode code, std::string why) {
  const MutexLock lock(state_.mutex);
  ++state_.refused;
  state_.refusal = why;
  return {code, std::move(why)};
}

// Checked before a batch is taken, because its files need space too.
Result<void> EmbeddedEngine::check_room() {
  std::size_t unflushed = 0;
  {
    const MutexLock lock(state_.mutex);
    unflushed = state_.unflushed_bytes();
    waits_for_flush_ = unflushed >= options_.max_head_bytes;
  }
  if (waits_for_flush_) return refuse(ErrorCode::limit, "what was taken in waits to be written");
  const auto free = files_.free_bytes();
  if (free && *free < options_.disk_reserve + unflushed) {
    return refuse(ErrorCode::no_space,
                  "the disk is full: " + std::to_string(*free) + " bytes are free");
  }
  return {};
}

void EmbeddedEngine::wait_for_room(std::chrono::milliseconds at_most) {
  const auto deadline = std::chrono::steady_clock::now() + at_most;
  const MutexLock lock(state_.mutex);
  while (!waits_for_flush_ || state_.unflushed_bytes() >= options_.max_head_bytes) {
    if (!state_.room.wait_until(state_.mutex, deadline)) return;
  }
}

Result<void> EmbeddedEngine::append(Append&& append, TimeNs now) {
  if (says_nothing(append)) return {};
  FORTNIGHT_TRY(check_room());
  if (!rereading_.empty() && !append.positions.empty()) rereading_.drop_stored(append.batch);
  // The journal and the head share the batch.
  const auto taken = std::make_shared<HeadBatch>(std::move(append.batch));
  const std::uint64_t first_seq = state_.next_seq();
  std::uint64_t seq = first_seq;
  for (Call& call : taken->batch.calls) call.seq = seq++;
  const auto lsn = journal_.append(encode_append(append, {taken, &taken->batch}, first_seq));
  if (!lsn) {
    append.batch = std::move(taken->batch);
    if (lsn.error().code == ErrorCode::no_space) {
      return refuse(ErrorCode::no_space, lsn.error().message);
    }
    return lsn.error();
  }

  bool flush_due = false;
  std::shared_ptr<const Version> version;
  {
    const MutexLock lock(state_.mutex);
    version = state_.version;
    state_.refusal.reset();
    if (!state_.oldest) state_.oldest = now;
    add_to(state_.latest, append, taken->batch, *lsn);
    state_.rejects_bytes += memory_of(append.rejects);
    state_.head.add(taken);
    state_.checkpoint_due = state_.checkpoint_due || append.checkpoint;
    flush_due = !state_.frozen &&
                (state_.checkpoint_due || state_.unfrozen_bytes() >= options_.flush_bytes);
  }
  if (flush_due && flush_due_) flush_due_();
  if (late_) report_late(*taken, version->manifest);
  return {};
}

void EmbeddedEngine::report_late(const HeadBatch& batch, const Manifest& manifest) const {
  FORTNIGHT_REQUIRE(late_);
  const std::uint64_t calls = late_calls(batch, [&](Day day) { return manifest.keeps(day); });
  if (calls != 0) late_({calls, batch.min_ts, manifest.all_kept_from()});
}

std::map<std::string, std::string> EmbeddedEngine::positions() const {
  const MutexLock lock(state_.mutex);
  return state_.latest.positions;
}

Result<RejectPage> EmbeddedEngine::rejects(const RejectQuery& query, const Budget& budget) const {
  constexpr int kAttempts = 4;
  for (int attempt = 1;; ++attempt) {
    const RejectView view = state_.reject_view();
    auto page = view_rejects(files_, view, query, budget, cache_->failures());
    if (!page || page->completeness.complete || attempt == kAttempts) return page;
    // A file that was dropped in the meantime isn't damage.
    const MutexLock lock(state_.mutex);
    if (state_.version == view.version) return page;
  }
}

void EmbeddedEngine::show(std::shared_ptr<const RejectCounts> flushed) {
  journal_.release(maintenance_.catalog->releasable_lsn());
  const MutexLock lock(state_.mutex);
  state_.version = maintenance_.catalog->current();
  if (!flushed) return;
  state_.frozen.reset();
  state_.reject_counts = std::move(flushed);
  state_.room.notify_one();
}

bool EmbeddedEngine::flush_is_due(TimeNs now) const {
  const MutexLock lock(state_.mutex);
  if (state_.frozen || state_.checkpoint_due) return true;
  if (state_.unfrozen_bytes() >= options_.flush_bytes) return true;
  return state_.oldest && (now - *state_.oldest >= options_.flush_interval || now < *state_.oldest);
}

// The caller's reference keeps `frozen`, so that its memory is freed without the mutex.
Result<void> EmbeddedEngine::flush_frozen(const FrozenHead& frozen) {
  // Files must not be ahead of the journal: a start from the previous manifest replays it.
  FORTNIGHT_TRY(journal_.sync());
  const TimeNs now = upkeep_step().clock().trusted();
  std::shared_ptr<RejectCounts> counts;
  {
    const MutexLock lock(state_.mutex);
    counts = std::make_shared<RejectCounts>(*state_.reject_counts);
  }
  *counts += frozen.reject_counts;
  FORTNIGHT_ASSIGN(const std::vector<Day> days, flush_head(files_, *maintenance_.catalog, frozen,
                                                           *counts, now, memory_, options_));
  for (const Day day : days) upkeep_step().touched(day, now);
  show(std::move(counts));
  return {};
}

Result<void> EmbeddedEngine::flush_locked() {
  std::shared_ptr<const FrozenHead> frozen;
  {
    const MutexLock lock(state_.mutex);
    frozen = state_.frozen;  // of a flush that failed
  }
  if (frozen) FORTNIGHT_TRY(flush_frozen(*frozen));
  frozen = state_.freeze();
  return frozen ? flush_frozen(*frozen) : Result<void>();
}

void EmbeddedEngine::observe(TimeNs now) {
  const TimeNs trusted = upkeep_step().observe(now);
  const MutexLock lock(state_.mutex);
  state_.trusted = trusted;
  state_.clock_holds_until = upkeep_step().clock().holds_until();
}

Result<TimeNs> EmbeddedEngine::after_failure(const Error& error, TimeNs now) {
  if (const auto failure = journal_.failure()) return *failure;
  const MutexLock lock(state_.mutex);
  ++state_.failures;
  state_.last_failure = error.message;
  return maintenance_.retry_at = now + kRetryAfter;
}

Result<TimeNs> EmbeddedEngine::flush_if_due(TimeNs now) {
  const MutexLock lock(maintenance_.mutex);
  observe(now);
  if (maintenance_.pauses(now)) return maintenance_.retry_at;
  if (!flush_is_due(now)) return now + std::min(options_.flush_interval, kNsPerSecond);
  if (const auto flushed = flush_locked(); !flushed) return after_failure(flushed.error(), now);
  return now;
}

Result<TimeNs> EmbeddedEngine::upkeep(TimeNs now) {
  Result<bool> stepped = false;
  {
    const MutexLock lock(maintenance_.mutex);
    observe(now);
    if (maintenance_.pauses(now)) return maintenance_.retry_at;
    stepped = upkeep_step().step(now);
    if (!stepped) return after_failure(stepped.error(), now);
    if (*stepped) show(nullptr);
  }
  upkeep_.advance_merge();
  if (*stepped) return now;
  const auto prepared = journal_.prepare();
  const MutexLock lock(maintenance_.mutex);
  return prepared ? upkeep_step().next_time(now) : after_failure(prepared.error(), now);
}

Result<void> EmbeddedEngine::flush() {
  const MutexLock lock(maintenance_.mutex);
  return flush_locked();
}

Result<void> EmbeddedEngine::close() {
  const MutexLock lock(maintenance_.mutex);
  upkeep_.stop();
  FORTNIGHT_TRY(journal_.sync());
  // On a full disk the calls stay in the journal, where they are as safe.
  const auto flushed = flush_locked();
  if (!flushed && flushed.error().code != ErrorCode::no_space) return flushed;
  // Everything is in files, so the loss of the journal before the next start would lose nothing.
  const MutexLock state(state_.mutex);
  const bool covered = state_.latest.lsn <= state_.version->manifest.covered_lsn;
  if (covered) (void)journal_.end();
  return {};
}

Result<Erased> EmbeddedEngine::erase(const ErasureOrder& order, const Budget& budget, TimeNs now) {
  FORTNIGHT_REQUIRE(!order.predicates.empty());
  if (!erasing_.try_lock()) {
    return Error{ErrorCode::limit, "another erasure is running; try again when it has ended"};
  }
  const MutexLock one(erasing_, kLocked);
  const Upkeep::MergeHold hold(upkeep_);
  ErasureOrder until_now = order;
  until_now.end_seq = std::min(order.end_seq, view().next_seq);
  // From here on the calls are in parts only, and counted; and no step of upkeep runs that began
  // before the hold.
  FORTNIGHT_TRY(flush());
  FORTNIGHT_ASSIGN(FoundToErase found, find_to_erase(files_, view().version, until_now, budget));
  const MutexLock lock(maintenance_.mutex);
  std::shared_ptr<const RejectCounts> counts;
  {
    const MutexLock state(state_.mutex);
    counts = state_.reject_counts;
    state_.checkpoint_due = true;  // covers the rest of the records in the journal's files
  }
  Catalog& catalog = *maintenance_.catalog;
  FORTNIGHT_ASSIGN(Erasure erasure, publish_erasure(files_, catalog, *counts, found, order, now));
  upkeep_step().erased(order.now);
  show(nullptr);
  journal_.forget();
  // The generation that a start falls back on knows of the erasure, too.
  if (catalog.publish(catalog.current()->manifest)) show(nullptr);
  return Erased{std::move(erasure), std::move(found.completeness)};
}

Result<Backup> EmbeddedEngine::back_up(BackupTarget& target, const BackupOrder& order,
                                       const Budget& budget) {
  if (!backing_up_.try_lock()) {
    return Error{ErrorCode::limit, "another backup is running; try again when it has ended"};
  }
  const MutexLock one(backing_up_, kLocked);
  Manifest manifest;
  {
    // Every call that was appended is in files then, so the journal isn't needed.
    const MutexLock lock(maintenance_.mutex);
    FORTNIGHT_TRY(flush_locked());
    maintenance_.catalog->hold();
    manifest = maintenance_.catalog->current()->manifest;
  }
  auto backup = write_backup(files_, target, std::move(manifest), order,
                             options_.nearly_full_bytes(), budget);
  const MutexLock lock(maintenance_.mutex);
  maintenance_.catalog->let_go();
  return backup;
}

Result<void> EmbeddedEngine::drop_day(Day day) {
  const MutexLock lock(maintenance_.mutex);
  FORTNIGHT_TRY(upkeep_step().drop_day(day));
  show(nullptr);
  return {};
}

void EmbeddedEngine::write_status(TimeNs, JsonWriter& out) const {
  const View seen = view();
  EngineState state;
  state.version = seen.version;
  state_.describe(state);
  // A flush decides by the call's day whether it is kept; for now such a call counts as late.
  const Manifest& manifest = seen.version->manifest;
  state.counters.late = manifest.counters.late;
  for (const auto& piece : seen.head) {
    state.counters.late += late_calls(*piece, [&](Day day) { return manifest.keeps(day); });
  }
  state.recovery = report_;
  state.journal_bytes = journal_.bytes();
  state.synced_lsn = journal_.synced_lsn();
  if (const auto free = files_.free_bytes()) state.disk_free = *free;
  state.cache_bytes = cache_->bytes();
  state.unreadable = cache_->failures().count();
  write_engine_status(state, options_, out);
}

}  // namespace

Result<std::unique_ptr<Engine>> Engine::open(FileSystem& files, const EngineOptions& options,
                                             TimeNs now) {
  auto cache = std::make_shared<BlockCache>(options.cache_bytes);
  FORTNIGHT_ASSIGN(Recovered recovered, recover(files, options, cache, now));
  const bool must_publish = recovered.must_publish;
  const bool must_flush = recovered.must_flush;
  auto engine =
      std::make_unique<EmbeddedEngine>(files, options, std::move(cache), std::move(recovered), now);
  FORTNIGHT_TRY(engine->begin(must_publish, must_flush));
  return std::unique_ptr<Engine>(std::move(engine));
}

}  // namespace fortnight::storage
