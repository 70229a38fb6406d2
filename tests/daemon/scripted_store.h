// A scripted store: accepts and counts batches, is full, fails, or keeps queries busy.
#pragma once

#include <atomic>
#include <condition_variable>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "storage/store.h"

namespace fortnight::daemon {

// Thread-safe.
class ScriptedStore final : public storage::Store {
 public:
  // ---- script ----
  void set_append_error(std::optional<Error> error) { set(append_error_, std::move(error)); }
  void set_sync_error(std::optional<Error> error) { set(sync_error_, std::move(error)); }
  // sync() blocks while `hold` is set.
  void hold_syncs(bool hold) {
    const std::lock_guard lock(mutex_);
    held_ = hold;
    changed_.notify_all();
  }
  // The number of rows that a scan returns. While `endless`, a scan runs on after its rows until
  // its budget stops it, and so does a count.
  std::atomic<std::uint64_t> rows{0};
  std::atomic<bool> endless{false};
  // The calls of each group of a count. To be set before it is used.
  std::map<std::string, std::uint64_t> counts;

  // ---- recorded calls ----
  std::vector<std::string> call_ids() const {
    const std::lock_guard lock(mutex_);
    return call_ids_;
  }
  int syncs() const {
    const std::lock_guard lock(mutex_);
    return syncs_;
  }
  int appends() const {
    const std::lock_guard lock(mutex_);
    return appends_;
  }
  int refused() const {
    const std::lock_guard lock(mutex_);
    return refused_;
  }
  std::atomic<int> scans_stopped{0};
  std::atomic<int> scans_running{0};
  std::atomic<int> counts_stopped{0};
  std::atomic<int> counts_running{0};

  // ---- Store ----
  Result<void> append(storage::Append&& append, TimeNs) override {
    const std::lock_guard lock(mutex_);
    if (append_error_) {
      ++refused_;
      return *append_error_;
    }
    ++appends_;
    for (const storage::Call& call : append.batch.calls) {
      call_ids_.emplace_back(append.batch.field(call, storage::TextField::call_id));
    }
    for (const storage::Position& position : append.positions) {
      positions_[position.key] = position.value;
    }
    return {};
  }
  Result<void> sync() override {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !held_; });
    if (sync_error_) return *sync_error_;
    ++syncs_;
    return {};
  }
  std::map<std::string, std::string> positions() const override {
    const std::lock_guard lock(mutex_);
    return positions_;
  }
  Result<void> scan_into(const storage::CallQuery& query, const storage::Budget& budget,
                         const storage::CallVisitor& visit, storage::ScanSummary&) const override {
    if (query.end_seq == 0 && !query.after) return {};  // asks for completeness only
    auto& self = const_cast<ScriptedStore&>(*this);
    ++self.scans_running;
    Result<void> checked;
    const std::uint64_t first = query.after ? query.after->seq + 1 : 0;
    for (std::uint64_t i = first; (i < rows || endless) && checked; ++i) {
      if (i < rows) {
        storage::CallRecord record;
        record.ref.seq = i;
        record.text[static_cast<std::size_t>(storage::TextField::path)] = std::string(200, 'p');
        if (!visit(std::move(record))) break;
      }
      checked = budget.check();
    }
    --self.scans_running;
    if (!checked) ++self.scans_stopped;
    return checked;
  }
  Result<storage::CountAnswer> count(const storage::CountQuery&, TimeNs,
                                     const storage::Budget& budget) const override {
    auto& self = const_cast<ScriptedStore&>(*this);
    ++self.counts_running;
    Result<void> checked;
    while (endless && checked) checked = budget.check();
    --self.counts_running;
    if (checked) {
      storage::CountAnswer answer;
      for (const auto& [name, calls] : counts) {
        answer.groups.of(answer.groups.at(name), 0) = {calls, 0};
      }
      return answer;
    }
    ++self.counts_stopped;
    return checked.error();
  }
  Result<std::optional<storage::CallRecord>> fetch(const storage::Ref&,
                                                   const storage::Budget&) const override {
    return std::optional<storage::CallRecord>();
  }
  Result<storage::ScanSummary> explain(const storage::CallQuery&) const override {
    return storage::ScanSummary{};
  }
  Result<void> drop_day(Day) override { return {}; }
  Result<std::uint64_t> next_seq() const override { return std::uint64_t{1}; }
  void write_status(TimeNs, JsonWriter&) const override {}

 private:
  void set(std::optional<Error>& place, std::optional<Error> error) {
    const std::lock_guard lock(mutex_);
    place = std::move(error);
  }

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<Error> append_error_;
  std::optional<Error> sync_error_;
  bool held_ = false;
  std::vector<std::string> call_ids_;
  std::map<std::string, std::string> positions_;
  int appends_ = 0;
  int syncs_ = 0;
  int refused_ = 0;
};

}  // namespace fortnight::daemon
