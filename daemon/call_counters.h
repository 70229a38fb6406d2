// Counts the API's calls as they are taken in, by endpoint, method and class of status, for
// /metrics.
//
// The counters begin at 0 with the process and only grow, as rate() expects. The counts of the
// store don't: sealing a day moves calls of rare endpoints to `(other)`, and a lost file takes its
// counts along. A scraper would take either for a restart.
//
// Only the busiest endpoints of the last days have counters of their own. The rest is counted under
// `(other)`.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/mutex.h"
#include "storage/store.h"

namespace fortnight::daemon {

// Thread-safe.
class CallCounters {
 public:
  // The classes of status, and how they are named.
  static constexpr std::array<std::string_view, 6> kClasses = {"1xx", "2xx", "3xx",
                                                               "4xx", "5xx", "other"};
  struct Series {
    std::string endpoint;
    std::string method;  // "GET"; `(other)`: one that HTTP doesn't have, or none
    std::array<std::uint64_t, kClasses.size()> calls{};  // by class
  };

  // `endpoints` of them have counters of their own; 0: nothing is counted.
  explicit CallCounters(std::size_t endpoints) : max_endpoints_(endpoints) {}

  void add(const storage::Batch& batch);
  // Chooses the endpoints from the store's counts. Those that stay continue; others begin at 0.
  void choose(const storage::StoreReader& store, TimeNs now);
  // The same, if the last choice is old.
  void choose_if_due(const storage::StoreReader& store, TimeNs now);

  [[nodiscard]] std::vector<Series> series() const;

 private:
  using Clock = std::chrono::steady_clock;
  using Counts = std::array<std::uint64_t, kClasses.size()>;
  using ByMethod = std::map<std::string, Counts, std::less<>>;

  [[nodiscard]] bool has_free_place() const;

  const std::size_t max_endpoints_;
  mutable Mutex mutex_;
  std::map<std::string, ByMethod, std::less<>> named_ GUARDED_BY(mutex_);
  ByMethod others_ GUARDED_BY(mutex_);
  std::optional<Clock::time_point> chosen_ GUARDED_BY(mutex_);
};

}  // namespace fortnight::daemon
