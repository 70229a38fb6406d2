#include "tools/generate/incidents.h"

#include "tools/generate/random.h"

namespace fortnight::generate {
namespace {

constexpr std::uint64_t kFloods = 0xf100d;
constexpr std::uint64_t kDeploys = 0xdeb10;

}  // namespace

std::optional<std::uint32_t> Incidents::flooding_account(Micros time) const {
  Random chance(mix(seed_ ^ kFloods, static_cast<std::uint64_t>(time / kQuarter)));
  if (!chance.chance(0.2)) return std::nullopt;
  return chance.skewed(accounts_);
}

bool Incidents::broken(std::size_t endpoint, Micros time) const {
  const auto hour = static_cast<std::uint64_t>(time / kHour);
  Random chance(mix(seed_ ^ kDeploys, hour));
  if (!chance.chance(1.0 / 60)) return false;
  return mix(seed_ ^ hour, endpoint) % 3 == 0;
}

}  // namespace fortnight::generate
