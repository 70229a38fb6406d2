// Records appends and acknowledgements, and checks a store that was opened after a crash. The store
// must have the calls of a prefix of the appends, each call exactly once. The prefix must contain
// all acknowledged appends, and all positions and counts must be those after its last append.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "storage/engine.h"

namespace fortnight::faults {

class Oracle {
 public:
  explicit Oracle(int retention_days) : retention_days_(retention_days) {}

  // Makes an append of a few calls around `now`: most of today, some of the days before, some too
  // old to be kept. It belongs to one of several sources; its position is its number within that
  // source.
  storage::Append make_append(TimeNs now, std::mt19937_64& random);
  // The append is being passed to the store and may survive a crash from now on.
  void begin() { begun_ = appends_.size(); }
  // The store refused the append, so it must not survive.
  void refused() {
    appends_.pop_back();
    begun_ = appends_.size();
  }
  // All begun appends are durable.
  void acknowledge() { acknowledged_ = begun_; }
  // The day is being dropped: from now on its calls may be missing, and after dropped() they must
  // be.
  void begin_drop(Day day) { dropping_.insert(day); }
  void dropped(Day day) { dropped_.insert(day); }
  void set_time(TimeNs now) { now_ = now; }
  [[nodiscard]] TimeNs time() const { return now_; }

  // Returns the errors of the store, one per line; empty if there are none. check_contents() is for
  // a deliberately damaged store and only checks what it contains.
  [[nodiscard]] std::string check(const storage::Engine& engine) const;
  [[nodiscard]] std::string check_contents(const storage::Engine& engine) const;
  [[nodiscard]] std::size_t appends() const { return appends_.size(); }

 private:
  struct SentCall {
    std::string call_id;
    Day day;
    std::string account;
    bool is_error;
  };
  struct Sent {
    std::string source;
    std::vector<SentCall> calls;
    std::size_t rejects = 0;
    std::uint64_t skipped = 0;
  };

  // The number of appends, from the first one on, that the store's positions correspond to; nothing
  // if they match no prefix.
  [[nodiscard]] std::optional<std::size_t> prefix_of(const storage::Engine& engine) const;
  [[nodiscard]] std::string check_calls(const storage::Engine& engine, std::size_t prefix) const;
  [[nodiscard]] std::string check_counts(const storage::Engine& engine, std::size_t prefix) const;
  [[nodiscard]] std::string check_counters(const storage::Engine& engine, std::size_t prefix) const;

  int retention_days_;
  TimeNs now_ = 0;
  std::vector<Sent> appends_;
  std::size_t begun_ = 0;
  std::size_t acknowledged_ = 0;
  std::uint64_t next_call_ = 0;
  std::set<Day> dropping_;
  std::set<Day> dropped_;
};

}  // namespace fortnight::faults
