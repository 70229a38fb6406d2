#include "tools/generate/traffic.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace fortnight::generate {
namespace {

double busyness(Micros time, std::uint64_t seed) {
  const double hour = static_cast<double>(time % kDay) / static_cast<double>(kHour);
  const double daily = 1.0 + 0.65 * std::sin((hour - 11.0) / 12.0 * std::numbers::pi);
  const Micros weekday = time / kDay % 7;  // 0 is a Thursday
  const double weekly = weekday == 2 || weekday == 3 ? 0.7 : 1.0;
  Random chance(mix(seed, static_cast<std::uint64_t>(time / kQuarter)));
  return daily * weekly * (0.9 + 0.2 * chance.unit());
}

}  // namespace

Traffic::Traffic(Micros from, Micros to, std::uint64_t calls, std::uint64_t seed)
    : from_(from), to_(to), left_(calls) {
  double sum = 0;
  shares_.push_back(0);
  for (Micros start = from; start < to; start += kQuarter) {
    const Micros length = std::min(kQuarter, to - start);
    sum += busyness(start, seed) * static_cast<double>(length);
    shares_.push_back(sum);
  }
  for (double& share : shares_) share /= sum;
}

std::optional<Micros> Traffic::next(Random& random) {
  if (left_ == 0) return std::nullopt;
  // The smallest of n independent draws from (s, 1) is 1 - (1 - s) * u^(1/n): this draws them in
  // order, without sorting.
  log_rest_ += std::log(random.unit()) / static_cast<double>(left_--);
  return at(-std::expm1(log_rest_));
}

Micros Traffic::at(double share) {
  while (quarter_ + 2 < shares_.size() && shares_[quarter_ + 1] <= share) ++quarter_;
  const double within = (share - shares_[quarter_]) / (shares_[quarter_ + 1] - shares_[quarter_]);
  const Micros start = from_ + static_cast<Micros>(quarter_) * kQuarter;
  const auto length = static_cast<double>(std::min(kQuarter, to_ - start));
  return std::min(start + static_cast<Micros>(within * length), to_ - 1);
}

}  // namespace fortnight::generate
