#include "storage/engine.h"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <utility>

#include "storage/engine/engine_status.h"
#include "storage/engine/flush.h"
#include "storage/engine/recovery.h"
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
    return count_view(view(), query, budget, answers_);
  }
  Result<FailureAnswer> failures(const FailureQuery& query, const Budget& budget) const override {
    return view_failures(view(), query, budget, answers_);
  }
  Result<LatencyAnswer> latency(const LatencyQuery& query, TimeNs,
                                const Budget& budget) const override {
    return view_latency(view(), query, budget);
  }
  Result<std::optional<CallRecord>> fetch(const Ref& ref, const Budget& budget) const override {
    return fetch_from_view(view(), ref, budget);
  }
  Result<RejectPage> rejects(const RejectQuery& query, const Budget& budget) const override;
  Result<std::uint64_t> count_rejects(const RejectFilter& filter) const override;
  Result<ScanSummary> explain(const CallQuery& query) const override {
    return explain_view(view(), query);
  }
  Result<ScanSummary> explain_count(const CountQuery& query) const override {
    return explain_count_view(view(), query);
  }
  Result<void> drop_day(Day day) override;
  [[nodiscard]] StoreStatus status(TimeNs now) const override;

  [[nodiscard]] std::vector<std::string> start_warnings() const override {
    return warnings_of(report_);
  }
  [[nodiscard]] std::optional<TimeRange> extent() const override { return view().extent(); }
  void when_unreadable(
      std::function<void(const std::string& what, const std::string& why)> call) override {
    cache_->failures().when_first(std::move(call));
  }
  void when_flush_due(std::function<void()> call) override { flush_due_ = std::move(call); }
  void when_late(std::function<void(const LateCalls&)> call) override { late_ = std::move(call); }
  void while_merging(std::function<void()> call) override {
    upkeep_.while_merging(std::move(call));
  }
  void when_day_dropped(std::function<void(const DroppedDay&)> call) override {
    upkeep_.when_day_dropped(std::move(call));
  }
  Result<TimeNs> flush_if_due(TimeNs now) override;
  Result<TimeNs> upkeep(TimeNs now) override;
  Result<void> flush() override;
  Result<void> close() override;
  void stop_upkeep() override { upkeep_.stop(); }

 private:
  [[nodiscard]] View view() const;
  [[nodiscard]] RejectView reject_view() const;
  Result<void> check_room();
  Error refuse(ErrorCode code, std::string why);
  // Requires that late_ is set.
  void report_late(const HeadBatch& batch, const Manifest& manifest) const;
  // Requires state_mutex_.
  [[nodiscard]] std::size_t unflushed_bytes() const;

  // Require maintenance_mutex_.
  [[nodiscard]] bool flush_is_due(TimeNs now) const;
  void observe(TimeNs now);
  [[nodiscard]] bool pauses(TimeNs now) const {
    return now < retry_at_ && retry_at_ - now <= kRetryAfter;
  }
  // Returns the time of the next try, or the journal's failure, which is final.
  Result<TimeNs> after_failure(const Error& error, TimeNs now);
  Result<void> flush_locked();
  Result<void> flush_frozen();
  // Returns false if nothing was appended since the last freeze.
  bool freeze();
  // Makes the catalog's version visible to queries and releases the journal's covered records.
  // `flushed`: the counts of all rejects in files, if the version includes the frozen head.
  void show(std::shared_ptr<const RejectCounts> flushed);

  FileSystem& files_;
  const EngineOptions options_;
  const std::shared_ptr<BlockCache> cache_;
  const AnswerMemory answers_{cache_};
  const RecoveryReport report_;

  // Held while the catalog may change: during a flush, and before and after a slice of a merge.
  // Locked before the other mutexes.
  mutable std::mutex maintenance_mutex_;
  std::unique_ptr<Catalog> catalog_;
  const std::shared_ptr<PartMemory> memory_ = std::make_shared<PartMemory>();
  Upkeep upkeep_;
  TimeNs retry_at_ = kMinTime;

  Journal journal_;

  // For the appending thread only.
  bool waits_for_flush_ = false;  // the last append was refused because the head is full
  Rereading rereading_;
  std::function<void()> flush_due_;
  std::function<void(const LateCalls&)> late_;

  // Guards the members below; held only briefly.
  mutable std::mutex state_mutex_;
  std::condition_variable room_;  // notified when a flush has made room
  std::shared_ptr<const Version> version_;
  std::shared_ptr<const FrozenHead> frozen_;  // being written to files
  Head head_;
  std::shared_ptr<const RejectCounts> reject_counts_;  // of the rejects in files; never null
  FrozenHead
      latest_;  // numbers, counters, positions as of the last append; rejects since the freeze
  std::size_t rejects_bytes_ = 0;
  // When the first call that is neither in files nor frozen was appended.
  std::optional<TimeNs> oldest_;
  std::uint64_t refused_ = 0;
  std::optional<std::string> refusal_;
  std::uint64_t failures_ = 0;
  std::string last_failure_;
  TimeNs trusted_ = 0;
  std::optional<TimeNs> clock_holds_until_;
};

EmbeddedEngine::EmbeddedEngine(FileSystem& files, const EngineOptions& options,
                               std::shared_ptr<BlockCache> cache, Recovered recovered, TimeNs now)
    : files_(files),
      options_(options),
      cache_(std::move(cache)),
      report_(recovered.report),
      catalog_(std::move(recovered.catalog)),
      upkeep_(files, options_, *catalog_),
      journal_(files, options.journal_file_bytes, std::move(recovered.journal.files),
               recovered.journal.next_number, recovered.journal.next_lsn),
      rereading_(std::move(recovered.rereading)),
      version_(catalog_->current()),
      head_(std::move(recovered.head)),
      reject_counts_(std::make_shared<RejectCounts>(std::move(recovered.reject_counts))),
      latest_(std::move(recovered.replayed)),
      rejects_bytes_(memory_of(latest_.rejects)),
      trusted_(upkeep_.clock().trusted()) {
  if (latest_.lsn > version_->manifest.covered_lsn) oldest_ = now;
  catalog_->set_journal([this] {
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
  const bool knew_mark = catalog_->current()->manifest.journal.has_mark;
  FORTNIGHT_TRY(done(journal_.make_mark()));
  const std::uint64_t generation = catalog_->current()->manifest.generation;
  if (must_flush) FORTNIGHT_TRY(flush_locked());
  const bool published = catalog_->current()->manifest.generation != generation;
  if ((must_publish || must_flush || !knew_mark) && !published) {
    FORTNIGHT_TRY(done(catalog_->publish(catalog_->current()->manifest)));
    show(nullptr);
  }
  journal_.release(catalog_->releasable_lsn());
  return {};
}

std::size_t EmbeddedEngine::unflushed_bytes() const {
  return head_.bytes() + rejects_bytes_ + (frozen_ ? frozen_->bytes : 0);
}

Error EmbeddedEngine::refuse(ErrorCode code, std::string why) {
  const std::lock_guard lock(state_mutex_);
  ++refused_;
  refusal_ = why;
  return {code, std::move(why)};
}

// Checked before a batch is taken, because its files need space too.
Result<void> EmbeddedEngine::check_room() {
  std::size_t unflushed = 0;
  {
    const std::lock_guard lock(state_mutex_);
    unflushed = unflushed_bytes();
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
  std::unique_lock lock(state_mutex_);
  room_.wait_for(lock, at_most, [this] {
    return waits_for_flush_ && unflushed_bytes() < options_.max_head_bytes;
  });
}

Result<void> EmbeddedEngine::append(Append&& append, TimeNs now) {
  if (says_nothing(append)) return {};
  FORTNIGHT_TRY(check_room());
  if (!rereading_.empty() && !append.positions.empty()) rereading_.drop_stored(append.batch);
  // The journal and the head share the batch. Only this thread changes latest_.
  const auto taken = std::make_shared<HeadBatch>(std::move(append.batch));
  std::uint64_t seq = latest_.next_seq;
  for (Call& call : taken->batch.calls) call.seq = seq++;
  const auto lsn = journal_.append(encode_append(append, {taken, &taken->batch}, latest_.next_seq));
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
    const std::lock_guard lock(state_mutex_);
    version = version_;
    refusal_.reset();
    if (!oldest_) oldest_ = now;
    add_to(latest_, append, taken->batch, *lsn);
    rejects_bytes_ += memory_of(append.rejects);
    head_.add(taken);
    flush_due = !frozen_ && head_.bytes() + rejects_bytes_ >= options_.flush_bytes;
  }
  if (flush_due && flush_due_) flush_due_();
  if (late_) report_late(*taken, version->manifest);
  return {};
}

void EmbeddedEngine::report_late(const HeadBatch& batch, const Manifest& manifest) const {
  const std::uint64_t calls = late_calls(batch, [&](Day day) { return manifest.keeps(day); });
  if (calls != 0) late_({calls, batch.min_ts, manifest.all_kept_from()});
}

std::map<std::string, std::string> EmbeddedEngine::positions() const {
  const std::lock_guard lock(state_mutex_);
  return latest_.positions;
}

View EmbeddedEngine::view() const {
  const std::lock_guard lock(state_mutex_);
  View out{version_, {}, latest_.next_seq};
  if (frozen_) out.head = frozen_->batches;
  out.head.insert(out.head.end(), head_.batches().begin(), head_.batches().end());
  return out;
}

RejectView EmbeddedEngine::reject_view() const {
  const std::lock_guard lock(state_mutex_);
  RejectView out{version_, {}};
  if (frozen_) out.head = frozen_->rejects;
  out.head.insert(out.head.end(), latest_.rejects.begin(), latest_.rejects.end());
  return out;
}

Result<RejectPage> EmbeddedEngine::rejects(const RejectQuery& query, const Budget& budget) const {
  constexpr int kAttempts = 4;
  for (int attempt = 1;; ++attempt) {
    const RejectView view = reject_view();
    auto page = view_rejects(files_, view, query, budget);
    if (!page || page->completeness.complete || attempt == kAttempts) return page;
    // A file that was dropped in the meantime isn't damage.
    const std::lock_guard lock(state_mutex_);
    if (version_ == view.version) return page;
  }
}

Result<std::uint64_t> EmbeddedEngine::count_rejects(const RejectFilter& filter) const {
  std::shared_ptr<const RejectCounts> in_files;
  std::uint64_t count = 0;
  {
    const std::lock_guard lock(state_mutex_);
    in_files = reject_counts_;
    if (frozen_) count += frozen_->reject_counts.count(filter);
    count += latest_.reject_counts.count(filter);
  }
  return count + in_files->count(filter);
}

bool EmbeddedEngine::freeze() {
  const std::lock_guard lock(state_mutex_);
  if (latest_.lsn <= version_->manifest.covered_lsn) {
    oldest_.reset();
    return false;
  }
  auto frozen = std::make_shared<FrozenHead>(latest_);
  frozen->batches = head_.batches();
  frozen->bytes = head_.bytes() + rejects_bytes_;
  frozen_ = std::move(frozen);
  head_ = Head();
  latest_.rejects.clear();
  latest_.reject_counts = {};
  rejects_bytes_ = 0;
  oldest_.reset();
  return true;
}

void EmbeddedEngine::show(std::shared_ptr<const RejectCounts> flushed) {
  journal_.release(catalog_->releasable_lsn());
  std::shared_ptr<const FrozenHead> flushed_head;  // destroyed after the mutex is unlocked
  const std::lock_guard lock(state_mutex_);
  version_ = catalog_->current();
  if (!flushed) return;
  flushed_head = std::move(frozen_);
  reject_counts_ = std::move(flushed);
  room_.notify_one();
}

bool EmbeddedEngine::flush_is_due(TimeNs now) const {
  const std::lock_guard lock(state_mutex_);
  if (frozen_) return true;
  if (head_.bytes() + rejects_bytes_ >= options_.flush_bytes) return true;
  return oldest_ && (now - *oldest_ >= options_.flush_interval || now < *oldest_);
}

Result<void> EmbeddedEngine::flush_frozen() {
  // Files must not be ahead of the journal: a start from the previous manifest replays it.
  FORTNIGHT_TRY(journal_.sync());
  const TimeNs now = upkeep_.clock().trusted();
  auto counts = std::make_shared<RejectCounts>(*reject_counts_);
  *counts += frozen_->reject_counts;
  FORTNIGHT_ASSIGN(const std::vector<Day> days,
                   flush_head(files_, *catalog_, *frozen_, *counts, now, memory_, options_.caps));
  for (const Day day : days) upkeep_.touched(day, now);
  show(std::move(counts));
  return {};
}

Result<void> EmbeddedEngine::flush_locked() {
  if (frozen_) FORTNIGHT_TRY(flush_frozen());
  return freeze() ? flush_frozen() : Result<void>();
}

void EmbeddedEngine::observe(TimeNs now) {
  const TimeNs trusted = upkeep_.observe(now);
  const std::lock_guard state(state_mutex_);
  trusted_ = trusted;
  clock_holds_until_ = upkeep_.clock().holds_until();
}

Result<TimeNs> EmbeddedEngine::after_failure(const Error& error, TimeNs now) {
  if (const auto failure = journal_.failure()) return *failure;
  const std::lock_guard state(state_mutex_);
  ++failures_;
  last_failure_ = error.message;
  return retry_at_ = now + kRetryAfter;
}

Result<TimeNs> EmbeddedEngine::flush_if_due(TimeNs now) {
  const std::lock_guard lock(maintenance_mutex_);
  observe(now);
  if (pauses(now)) return retry_at_;
  if (!flush_is_due(now)) return now + std::min(options_.flush_interval, kNsPerSecond);
  if (const auto flushed = flush_locked(); !flushed) return after_failure(flushed.error(), now);
  return now;
}

Result<TimeNs> EmbeddedEngine::upkeep(TimeNs now) {
  Result<bool> stepped = false;
  {
    const std::lock_guard lock(maintenance_mutex_);
    observe(now);
    if (pauses(now)) return retry_at_;
    stepped = upkeep_.step(now);
    if (!stepped) return after_failure(stepped.error(), now);
    if (*stepped) show(nullptr);
  }
  upkeep_.advance_merge();
  if (*stepped) return now;
  if (const auto prepared = journal_.prepare(); !prepared) {
    const std::lock_guard lock(maintenance_mutex_);
    return after_failure(prepared.error(), now);
  }
  return upkeep_.next_time(now);
}

Result<void> EmbeddedEngine::flush() {
  const std::lock_guard lock(maintenance_mutex_);
  return flush_locked();
}

Result<void> EmbeddedEngine::close() {
  const std::lock_guard lock(maintenance_mutex_);
  upkeep_.stop();
  FORTNIGHT_TRY(journal_.sync());
  // On a full disk the calls stay in the journal, where they are as safe.
  const auto flushed = flush_locked();
  if (!flushed && flushed.error().code != ErrorCode::no_space) return flushed;
  // Everything is in files, so the loss of the journal before the next start would lose nothing.
  if (latest_.lsn <= version_->manifest.covered_lsn) (void)journal_.end();
  return {};
}

Result<void> EmbeddedEngine::drop_day(Day day) {
  const std::lock_guard lock(maintenance_mutex_);
  FORTNIGHT_TRY(upkeep_.drop_day(day));
  show(nullptr);
  return {};
}

StoreStatus EmbeddedEngine::status(TimeNs) const {
  const View seen = view();
  EngineState state;
  state.version = seen.version;
  {
    const std::lock_guard lock(state_mutex_);
    state.counters = latest_.counters;
    state.head_calls = head_.calls();
    state.head_bytes = head_.bytes() + (frozen_ ? frozen_->bytes : 0);
    state.failures = failures_;
    state.last_failure = last_failure_;
    state.refused = refused_;
    state.refusal = refusal_;
    state.trusted = trusted_;
    state.clock_holds_until = clock_holds_until_;
  }
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
  return {status_json(state, options_)};
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
