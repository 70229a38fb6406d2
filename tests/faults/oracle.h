// Remembers what was appended and what was acknowledged, and says whether a store that was opened
// after a crash holds what it must: the calls of all appends up to some one, each exactly once;
// that one not before the last that was acknowledged; the position and every count as of that one.
#pragma once

#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "storage/engine.h"

namespace fortnight::faults {

class Oracle {
 public:
  explicit Oracle(int retention_days) : retention_days_(retention_days) {}

  // Makes an append of a few calls around `now`: most of today, some of the days before, some too
  // old to be kept. Its position is its number.
  storage::Append make_append(storage::TimeNs now, std::mt19937_64& random);
  // It is being handed to the store: it may survive from now on.
  void begin() { begun_ = appends_.size(); }
  // The store refused it: it must not survive.
  void refused() {
    appends_.pop_back();
    begun_ = appends_.size();
  }
  // All that was begun is durable.
  void acknowledge() { acknowledged_ = begun_; }
  void set_time(storage::TimeNs now) { now_ = now; }
  [[nodiscard]] storage::TimeNs time() const { return now_; }

  // What is wrong with the store, a line each; empty where nothing is. A store that was damaged on
  // purpose isn't asked for this.
  [[nodiscard]] std::string check(const storage::Engine& engine) const;
  [[nodiscard]] std::size_t appends() const { return appends_.size(); }

 private:
  struct SentCall {
    std::string call_id;
    storage::Day day;
    std::string account;
    bool is_error;
  };
  using Sent = std::vector<SentCall>;

  [[nodiscard]] std::string check_calls(const storage::Engine& engine, std::size_t prefix) const;
  [[nodiscard]] std::string check_counts(const storage::Engine& engine, std::size_t prefix) const;

  int retention_days_;
  storage::TimeNs now_ = 0;
  std::vector<Sent> appends_;
  std::size_t begun_ = 0;
  std::size_t acknowledged_ = 0;
  std::uint64_t next_call_ = 0;
};

}  // namespace fortnight::faults
