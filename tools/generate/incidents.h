// Incidents: accounts that exceed their rate limit, and hours after a bad deployment.
#pragma once

#include <cstdint>
#include <optional>

#include "tools/generate/instant.h"

namespace fortnight::generate {

class Incidents {
 public:
  Incidents(std::uint64_t seed, std::uint32_t accounts) : seed_(seed), accounts_(accounts) {}

  // The rank of the account that exceeds its rate limit in the quarter of an hour of `time`, if
  // any.
  [[nodiscard]] std::optional<std::uint32_t> flooding_account(Micros time) const;
  // Whether the endpoint of that rank is broken in the hour of `time`.
  [[nodiscard]] bool broken(std::size_t endpoint, Micros time) const;

 private:
  std::uint64_t seed_;
  std::uint32_t accounts_;
};

}  // namespace fortnight::generate
