// Erasing calls for good: what is asked, and what is known of each erasure.
//
//   erase()      the calls are in no answer any more, across crashes
//   upkeep()     rewrites the files that still have them; then the certificate is written
//
// Counts stay as they were.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "storage/budget.h"
#include "storage/call/predicate.h"
#include "storage/completeness.h"

namespace fortnight::storage {

// What to erase, and what its certificate says.
struct ErasureOrder {
  std::vector<Predicate> predicates;  // calls that meet all of them; at least one
  // Only calls with lower numbers: those that had arrived at the dry run.
  std::uint64_t end_seq = std::numeric_limits<std::uint64_t>::max();
  // Rejected lines and quarantined files with this text go too. Empty: they stay.
  std::string text;
  bool now = false;    // files are rewritten before any other upkeep
  std::string by;      // who erases
  std::string filter;  // what the filter is about: "account", "id" or "text"
  std::string sha256;  // of the filter's value, in hexadecimal
};

struct Erasure {
  std::uint64_t number = 0;  // from 1
  TimeNs at = 0;
  bool now = false;
  std::string by;
  std::string filter;
  std::string sha256;
  std::map<Day, std::uint64_t> days;  // calls by UTC day
  std::uint64_t rejects = 0;          // rejected lines
  std::uint64_t quarantined = 0;      // files of the quarantine

  [[nodiscard]] std::uint64_t calls() const {
    std::uint64_t calls = 0;
    for (const auto& [day, of_day] : days) calls += of_day;
    return calls;
  }
};

struct Erased {
  Erasure erasure;
  Completeness completeness;  // blocks that can't be read may have more
};

// When files are rewritten after an erasure, unless it asks for `now`. Together with the time that
// this takes, erased calls are off the disk within a day.
inline constexpr TimeNs kErasedFilesRewrittenAfter = 12 * kNsPerHour;
inline constexpr TimeNs kErasedFilesGoneAfter = 24 * kNsPerHour;

// Any thread may call any function.
class Eraser {
 public:
  Eraser() = default;
  Eraser(const Eraser&) = delete;
  Eraser& operator=(const Eraser&) = delete;
  virtual ~Eraser() = default;

  // Durable when it returns. After an error nothing is erased, unless the process ends before the
  // next publication of a manifest: then the next start decides. ErrorCode::limit: another erasure
  // runs, or the rows that were found outgrow the budget. Calls that arrive after the call of this
  // function are kept.
  virtual Result<Erased> erase(const ErasureOrder& order, const Budget& budget, TimeNs now) = 0;
  // The certificates as JSON objects, oldest first. Of an erasure of which files may still have
  // something, `finished` is null.
  [[nodiscard]] virtual Result<std::vector<std::string>> certificates() const = 0;
};

}  // namespace fortnight::storage
