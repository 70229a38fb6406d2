// Failed calls by what failed: endpoint, status and error code, with the accounts that it met. What
// it takes of memory is known, as of CountGroups.
#pragma once

#include <boost/unordered/unordered_flat_set.hpp>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "storage/packing/dictionary.h"
#include "storage/ref.h"

namespace fortnight::storage {

struct CallRecord;

// Of what stands at the pointers of error codes: the first text that isn't empty.
std::string_view error_code(const std::vector<std::string>& scalars);

// Not thread-safe.
class Failures {
 public:
  // A call that failed, by its place in time.
  struct Sighting {
    TimeNs ts = 0;
    unsigned ts_digits = 0;
    Ref ref;
    // By time, and of one time by their numbers.
    friend bool operator<(const Sighting& a, const Sighting& b) {
      return a.ts != b.ts ? a.ts < b.ts : a.ref.seq < b.ref.seq;
    }
  };
  struct Failure {
    std::string endpoint;
    std::int32_t status = 0;
    std::string code;  // empty where the calls have none
    std::uint64_t calls = 0;
    std::uint64_t accounts = 0;  // distinct ones
    Sighting first;
    Sighting last;
    std::string call_id;  // of the last
  };

  // Numbers of a kind of failure and of an account, for who adds many calls of them. Good for as
  // long as this is.
  using Kind = std::uint32_t;
  using Account = std::uint32_t;
  Kind kind_of(std::string_view endpoint, std::int32_t status, std::string_view code);
  Account account_of(std::string_view name);

  // Whether a call is the last of its kind so far.
  [[nodiscard]] bool is_last(Kind kind, const Sighting& seen) const {
    return failures_[kind].calls == 0 || failures_[kind].last < seen;
  }
  // Calls come in any order. The ID counts where the call is the last of its kind so far.
  void add(Kind kind, Account account, const Sighting& seen, std::string_view call_id);
  // The error code is that of the record's scalars.
  void add(const CallRecord& call);
  void add(const Failures& other);

  [[nodiscard]] const std::vector<Failure>& all() const { return failures_; }
  // Of all failures.
  [[nodiscard]] std::uint64_t calls() const { return calls_; }
  // Bytes of memory, roughly. More than any budget once there were names of 4 GiB: from there on
  // it counts wrongly.
  [[nodiscard]] std::size_t bytes() const;

 private:
  static constexpr std::size_t kMost = std::numeric_limits<std::uint32_t>::max();

  void see(Kind kind, Account account);
  static void widen(Failure& failure, const Sighting& first, const Sighting& last);

  std::vector<Failure> failures_;
  DictionaryBuilder kinds_{kMost, kMost};  // of failures_, by their index
  DictionaryBuilder accounts_{kMost, kMost};
  boost::unordered_flat_set<std::uint64_t> seen_;  // failures and the accounts that they met
  std::uint64_t calls_ = 0;
  bool full_ = false;  // a name found no room
  std::size_t text_bytes_ = 0;
  std::string scratch_;
};

}  // namespace fortnight::storage
