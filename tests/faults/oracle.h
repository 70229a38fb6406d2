// Remembers what was appended and what was acknowledged, and says whether a store that was opened
// after a crash holds what it must: the calls of all appends up to some one, each exactly once;
// that one not before the last that was acknowledged; each source's position and every count as of
// that one.
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
  // old to be kept. It comes from one of several sources, and its position is its number among that
  // one's.
  storage::Append make_append(TimeNs now, std::mt19937_64& random);
  // It is being handed to the store: it may survive from now on.
  void begin() { begun_ = appends_.size(); }
  // The store refused it: it must not survive.
  void refused() {
    appends_.pop_back();
    begun_ = appends_.size();
  }
  // All that was begun is durable.
  void acknowledge() { acknowledged_ = begun_; }
  // The day is being dropped: its calls may be gone from now on, and are once it was dropped.
  void begin_drop(Day day) { dropping_.insert(day); }
  void dropped(Day day) { dropped_.insert(day); }
  void set_time(TimeNs now) { now_ = now; }
  [[nodiscard]] TimeNs time() const { return now_; }

  // What is wrong with the store, a line each; empty where nothing is. A store that was damaged on
  // purpose is only asked what it holds.
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

  // Of how many appends, from the first one on, the store's positions speak; nothing where they
  // aren't those of any beginning.
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
