#include "daemon/call_counters.h"

#include <algorithm>

#include "daemon/log.h"
#include "storage/key_caps.h"

namespace fortnight::daemon {
namespace {

using storage::TextField;

// Endpoints are ranked by their calls of this many days, so that a quiet hour changes nothing.
constexpr Day kRankedDays = 7;
constexpr std::chrono::hours kChoiceTime{1};
// While there are fewer endpoints than may be counted, a new one gets its counter sooner.
constexpr std::chrono::minutes kFirstChoiceTime{1};
// For the names of a hundred thousand endpoints.
constexpr std::uint64_t kChoiceMemory = 16U << 20;

std::size_t class_of(std::int32_t status) {
  const std::int32_t hundreds = status / 100;
  return hundreds >= 1 && hundreds <= 5 ? static_cast<std::size_t>(hundreds) - 1
                                        : CallCounters::kClasses.size() - 1;
}

// The endpoints with the most calls, at most `count` of them, the busiest first.
Result<std::vector<std::string>> busiest_endpoints(const storage::StoreReader& store, TimeNs now,
                                                   std::size_t count) {
  storage::CountQuery query;
  // Whole days are counted without reading calls.
  query.edges = {day_start(day_of(now) - kRankedDays + 1), day_start(day_of(now) + 1)};
  query.by_field = TextField::endpoint;
  FORTNIGHT_ASSIGN(const storage::CountAnswer answer,
                   store.count(query, now, storage::Budget(kChoiceMemory)));
  std::vector<std::pair<std::uint64_t, std::string_view>> ranked;
  for (storage::CountGroups::Group group = 0; group < answer.groups.size(); ++group) {
    const std::string_view name = answer.groups.name(group);
    // An endpoint that has this name can't have a series of its own.
    if (answer.groups.is_other(group) || name.empty() || name == storage::kOtherName) continue;
    ranked.emplace_back(answer.groups.total(group).calls, name);
  }
  count = std::min(count, ranked.size());
  const auto end = ranked.begin() + static_cast<std::ptrdiff_t>(count);
  std::partial_sort(ranked.begin(), end, ranked.end(), [](const auto& a, const auto& b) {
    return a.first != b.first ? a.first > b.first : a.second < b.second;
  });
  std::vector<std::string> busiest;
  for (auto each = ranked.begin(); each != end; ++each) busiest.emplace_back(each->second);
  return busiest;
}

}  // namespace

void CallCounters::add(const storage::Batch& batch) {
  if (max_endpoints_ == 0) return;
  const MutexLock lock(mutex_);
  for (const storage::Call& call : batch.calls) {
    const auto named = named_.find(batch.field(call, TextField::endpoint));
    ByMethod& methods = named == named_.end() ? others_ : named->second;
    std::string_view method = batch.field(call, TextField::method);
    auto counts = methods.find(method);
    if (counts == methods.end()) {
      if (!storage::is_known_method(method)) method = storage::kOtherName;
      counts = methods.try_emplace(std::string(method)).first;
    }
    ++counts->second[class_of(call.status)];
  }
}

void CallCounters::choose(const storage::StoreReader& store, TimeNs now) {
  if (max_endpoints_ == 0) return;
  const auto busiest = busiest_endpoints(store, now, max_endpoints_);
  const MutexLock lock(mutex_);
  chosen_ = Clock::now();
  if (!busiest) {
    return log_warning("the busiest endpoints aren't known: /metrics counts the same as before",
                       {{"error", busiest.error().message}});
  }
  std::map<std::string, ByMethod, std::less<>> chosen;
  for (const std::string& endpoint : *busiest) {
    auto known = named_.extract(endpoint);
    if (known.empty()) {
      chosen.try_emplace(endpoint);
    } else {
      chosen.insert(std::move(known));
    }
  }
  named_ = std::move(chosen);
}

bool CallCounters::has_free_place() const {
  const MutexLock lock(mutex_);
  return named_.size() < max_endpoints_;
}

void CallCounters::choose_if_due(const storage::StoreReader& store, TimeNs now) {
  const auto age = has_free_place() ? Clock::duration(kFirstChoiceTime) : kChoiceTime;
  {
    const MutexLock lock(mutex_);
    if (chosen_ && Clock::now() - *chosen_ < age) return;
  }
  choose(store, now);
}

std::vector<CallCounters::Series> CallCounters::series() const {
  const MutexLock lock(mutex_);
  std::vector<Series> series;
  const auto add = [&series](std::string_view endpoint, const ByMethod& methods) {
    for (const auto& [method, calls] : methods) {
      series.push_back({std::string(endpoint), method, calls});
    }
  };
  for (const auto& [endpoint, methods] : named_) add(endpoint, methods);
  add(storage::kOtherName, others_);
  return series;
}

}  // namespace fortnight::daemon
