#include "tools/client/slowest.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

namespace fortnight::client {
namespace {

// Counts of one search at most. Each halves the logarithm of the range of durations.
constexpr int kMostSteps = 12;
constexpr double kShortestMs = 0.001;
// Of an endpoint's calls, those above its 95 % quantile.
constexpr double kSlowShare = 0.05;

struct Slow {
  std::string endpoint;
  double share = 0;  // of its calls
};

// The endpoints of whose calls more than 5 % are slow. Counts of very many endpoints have only
// those with the most calls; one whose calls are unknown is assumed to be slow.
std::vector<Slow> slow_ones(const SlowestEndpoints::Calls& all,
                            const SlowestEndpoints::Calls& slow) {
  std::vector<Slow> found;
  for (const auto& [endpoint, calls] : slow) {
    const auto total = all.find(endpoint);
    const double share = total == all.end() ? 1 : calls / total->second;
    if (share > kSlowShare) found.push_back({endpoint, share});
  }
  return found;
}

}  // namespace

Result<std::vector<std::string>> SlowestEndpoints::find(double longest_ms, const Count& count) {
  FORTNIGHT_ASSIGN(const Calls all, count(0));
  std::vector<Slow> found = slow_ones(all, all);
  std::set<std::string> few;  // reach a bound that fewer than kFew reach
  double low = kShortestMs;   // leaves too many
  double high = std::max(longest_ms, kShortestMs);
  double bound = std::clamp(bound_ms_ > 0 ? bound_ms_ : std::sqrt(low * high), low, high);
  for (int step = 0; step < kMostSteps && found.size() > kMost; ++step) {
    FORTNIGHT_ASSIGN(const Calls slow, count(bound));
    std::vector<Slow> left = slow_ones(all, slow);
    if (left.size() >= kFew) {
      found = std::move(left);
      bound_ms_ = bound;
      low = bound;
    } else {
      few.clear();
      for (Slow& one : left) few.insert(std::move(one.endpoint));
      high = bound;
    }
    bound = std::sqrt(low * high);
  }
  std::vector<std::string> endpoints(few.begin(), few.end());
  // Quantiles of the others differ by less than the last step, if there are more than kMost.
  std::stable_sort(found.begin(), found.end(),
                   [](const Slow& a, const Slow& b) { return a.share > b.share; });
  for (Slow& one : found) {
    if (endpoints.size() == kMost) break;
    if (!few.contains(one.endpoint)) endpoints.push_back(std::move(one.endpoint));
  }
  return endpoints;
}

}  // namespace fortnight::client
