// Finds the slowest endpoints of many, without asking for the durations of each.
//
//   more than 5 % of an endpoint's calls took T or longer  ->  its 95 % quantile is at least T
//
// So two counts by endpoint, of all its calls and of those that took T or longer, say which
// endpoints are that slow. A bisection finds a T that leaves few.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/error.h"

namespace fortnight::client {

class SlowestEndpoints {
 public:
  // find() stops once it has between kFew and kMost.
  static constexpr std::size_t kFew = 20;
  static constexpr std::size_t kMost = 40;

  // Counts of calls by endpoint.
  using Calls = std::map<std::string, double>;
  // Counts the calls that took at least so many milliseconds.
  using Count = std::function<Result<Calls>(double ms)>;

  // Those with the highest 95 % quantiles, in any order: at least kFew, if there are as many, and
  // at most kMost. Of many within a percent of each other, it may choose any. `longest_ms`: the
  // longest duration of all calls. Begins with the last time's bound, so that it needs two counts
  // as long as durations stay similar.
  Result<std::vector<std::string>> find(double longest_ms, const Count& count);

 private:
  double bound_ms_ = 0;  // 0: none yet
};

}  // namespace fortnight::client
