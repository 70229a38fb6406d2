// Collects failed calls by endpoint, status and error code, with the accounts that they affected.
// As with CountGroups, its memory is known.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"
#include "storage/packing/dictionary.h"
#include "storage/packing/distinct_sketch.h"
#include "storage/query.h"

namespace fortnight::storage {

// The first text that isn't empty, of the scalars at the pointers of error codes.
std::string_view error_code(const std::vector<std::string>& scalars);

// What identifies a kind of failure, as in FailureGroup.
struct FailureName {
  std::string_view endpoint;
  std::int32_t status = 0;
  std::string_view code;
  bool endpoint_past_cap = false;
  bool code_past_cap = false;
};

// Not thread-safe.
class Failures {
 public:
  // Numbers of a kind of failure and of an account, for callers that add many calls of them. Valid
  // for the lifetime of this object.
  using Kind = std::uint32_t;
  using Account = std::uint32_t;
  Kind kind_of(const FailureName& name);
  Account account_of(std::string_view name);

  // Whether a call would be the last of its kind so far.
  [[nodiscard]] bool is_last(Kind kind, const FailureSighting& seen) const {
    return failures_[kind].calls == 0 || failures_[kind].last < seen;
  }
  // Calls may come in any order. The ID is kept if the call is the last of its kind so far.
  void add(Kind kind, Account account, const FailureSighting& seen, std::string_view call_id);
  // Adds counted calls, of which some may be the first and the last of their kind so far.
  void add(Kind kind, std::uint64_t calls, const FailureSighting& first,
           const FailureSighting& last);
  // Notes that an account has calls of the kind.
  void see(Kind kind, Account account);
  // The same for accounts that are only known by a rank in a DistinctSketch.
  void see(Kind kind, std::uint32_t at, std::uint8_t rank);
  // The error code is taken from the record's scalars.
  void add(const CallRecord& call);
  void add(const Failures& other);

  // Afterwards the IDs of the last calls are unknown.
  void forget_call_ids();

  [[nodiscard]] const std::vector<FailureGroup>& all() const { return failures_; }
  // Moves the groups out. Afterwards the object may only be destroyed.
  [[nodiscard]] std::vector<FailureGroup> take();
  // The number of all failed calls.
  [[nodiscard]] std::uint64_t calls() const { return calls_; }
  // Approximate bytes of memory. Once the names exceed 4 GiB the number is too low, but still above
  // any budget.
  [[nodiscard]] std::size_t bytes() const;

 private:
  static constexpr std::size_t kMost = std::numeric_limits<std::uint32_t>::max();

  template <typename Visit>
  void for_each_seen(Visit&& visit) const;  // visit(kind, account)
  static void widen(FailureGroup& failure, const FailureSighting& first,
                    const FailureSighting& last);

  std::vector<FailureGroup> failures_;
  DictionaryBuilder kinds_{kMost, kMost};  // kinds of failures, by their index in failures_
  DictionaryBuilder accounts_{kMost, kMost};
  // The affected accounts, 64 at a time: by kind and the number's upper bits, a bit for each. So
  // the sets of many days are added up within the processor's caches.
  boost::unordered_flat_map<std::uint64_t, std::uint64_t> seen_;
  boost::unordered_flat_map<Kind, DistinctSketch> sketches_;  // of kinds with unnamed accounts
  std::uint64_t calls_ = 0;
  bool full_ = false;  // a name didn't fit
  std::size_t text_bytes_ = 0;
  std::string scratch_;
};

// Sets `first_ever` of the groups to the first call of the same kind among `others`, if it is
// older.
void note_first_ever(const std::vector<FailureGroup>& others, std::vector<FailureGroup>& groups);

// Failures while an answer is put together.
struct FoundFailures {
  Failures failures;
  Completeness completeness;
  std::optional<Basis> basis = std::nullopt;
  bool rounded = false;
  std::uint64_t late = 0;
  std::optional<Day> uncounted = std::nullopt;
};
FailureAnswer answer_of(FoundFailures&& found);

}  // namespace fortnight::storage
