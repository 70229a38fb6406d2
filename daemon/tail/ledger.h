// The positions of a tail's files that are not open: of those that were read before the start, and
// of those that were rotated away and read to their end. The latter are remembered so that their
// lines are known again where they come back: compressed, copied, or grown by a late writer.
#pragma once

#include <cstdint>
#include <list>
#include <map>
#include <optional>
#include <string>

#include "daemon/tail/position.h"

namespace fortnight::daemon {

struct LedgerEntry {
  std::string key;
  TailPosition position;
};

// Not thread-safe.
class TailLedger {
 public:
  // Finished files remembered at the least.
  static constexpr std::size_t kFinishedKept = 256;

  // Takes out of a store's positions those of this source. Damaged ones are counted and left out:
  // their files are read from the start, for a repeated line is better than a lost one.
  TailLedger(const std::string& source, const std::map<std::string, std::string>& positions);

  // Whether this source has run before.
  [[nodiscard]] bool started() const { return started_; }
  // The key whose presence says so.
  [[nodiscard]] std::string started_key() const { return prefix_; }
  [[nodiscard]] std::size_t damaged() const { return damaged_; }

  // A key that no position of this source had.
  std::string new_key();
  // A list, since entries are held on to while others come and go.
  [[nodiscard]] std::list<LedgerEntry>& entries() { return entries_; }
  void add(LedgerEntry entry) { entries_.push_back(std::move(entry)); }

 private:
  std::string prefix_;
  std::list<LedgerEntry> entries_;  // the oldest first
  std::uint64_t next_ = 1;
  std::size_t damaged_ = 0;
  bool started_ = false;
};

}  // namespace fortnight::daemon
