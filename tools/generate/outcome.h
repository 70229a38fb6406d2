// A call's status, error and duration, and the incidents that change them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "tools/generate/endpoints.h"
#include "tools/generate/instant.h"
#include "tools/generate/random.h"

namespace fortnight::generate {

// Accounts that exceed their rate limit, and hours after a bad deployment.
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

// The status of a call outside of incidents.
int draw_status(Action action, Random& random);
// The status of a call to an endpoint that a bad deployment broke.
int draw_broken_status(Action action, Random& random);

// The texts of an error's body; empty for a status below 400.
struct ErrorText {
  std::string_view code;
  std::string_view title;
  std::string_view detail;
};
ErrorText error_text(int status);

// A duration in milliseconds, log-normal around the endpoint's median, of 3 to 6 significant
// digits.
void append_duration(std::string& out, double median_ms, int status, Random& random);

}  // namespace fortnight::generate
