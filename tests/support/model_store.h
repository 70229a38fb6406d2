// The naive store: a vector of calls, and obvious code that looks at each. The embedded engine must
// agree with it, and tests of query/ use it as their store. It keeps nothing on disk.
//
// Threads: one.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "storage/store.h"
#include "tests/support/flat_line.h"

namespace fortnight::tests {

class ModelStore : public storage::Store {
 public:
  explicit ModelStore(int retention_days = 14) : retention_days_(retention_days) {}

  Result<void> append(storage::Append&& append, TimeNs now) override;
  Result<void> sync() override { return {}; }
  [[nodiscard]] std::map<std::string, std::string> positions() const override { return positions_; }

  Result<void> scan_into(const storage::CallQuery& query, const storage::Budget& budget,
                         const storage::CallVisitor& visit,
                         storage::ScanSummary& summary) const override;
  Result<storage::CountAnswer> count(const storage::CountQuery& query, TimeNs now,
                                     const storage::Budget& budget) const override;
  Result<storage::FailureAnswer> failures(const storage::FailureQuery& query,
                                          const storage::Budget& budget) const override;
  Result<std::optional<storage::CallRecord>> fetch(const storage::Ref& ref,
                                                   const storage::Budget& budget) const override;
  Result<std::uint64_t> next_seq() const override { return next_seq_; }
  Result<storage::RejectPage> rejects(const storage::RejectQuery& query,
                                      const storage::Budget& budget) const override;
  Result<std::uint64_t> count_rejects(const storage::RejectFilter& filter) const override;
  Result<storage::ScanSummary> explain(const storage::CallQuery& query) const override;

  [[nodiscard]] std::optional<storage::TimeRange> extent() const override;

  Result<void> drop_day(Day day) override;
  void write_status(TimeNs now, JsonWriter& out) const override;

  // Forgets kept calls that match, and returns how many did.
  std::uint64_t erase(const std::vector<storage::Predicate>& predicates);
  // Drops every day that is past retention at `now`, as the engine's upkeep does.
  void expire(TimeNs now);

 private:
  // A call as it was appended. A call that is only counted has no line and no other values than
  // those that are counted; its time is that of its quarter.
  struct Entry {
    storage::CallRecord record;  // with its line
    FlatLine flat;               // of calls that are only counted, for their error code
    bool late = false;
    storage::FailureSighting seen = {};  // of calls that are only counted: the exact time
  };
  static void forget(Entry& entry);
  static bool matches(const Entry& entry, const std::vector<storage::Predicate>& predicates);
  static bool holds(const Entry& entry, const storage::Predicate& predicate);
  void note_dropped(TimeNs from, TimeNs to, storage::Completeness& out) const;

  int retention_days_;
  Day first_kept_ = std::numeric_limits<Day>::min();
  std::uint64_t next_seq_ = 1;
  std::vector<Entry> kept_;
  std::vector<Entry> counted_;  // of dropped days, and calls that came too late to be kept
  std::map<std::string, std::string> positions_;
  std::vector<storage::Reject> rejects_;  // all that there were, by number
  TimeNs rejects_kept_from_ = kMinTime;
};

}  // namespace fortnight::tests
