// What `fortnight doctor` finds in the daemon's answers, without looking at the host.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace fortnight::client {

enum class Severity : std::uint8_t { warning, critical };

struct Finding {
  Severity severity = Severity::warning;
  std::string about;  // one word for programs, such as "disk"
  std::string what;
  std::string mend;  // a command, or what else to do
};

// From the row of STATUS. `now`: the client's clock.
std::vector<Finding> findings_of_status(std::string_view status, TimeNs now);
// From the rows of SOURCES.
std::vector<Finding> findings_of_sources(const std::vector<std::string>& rows);

}  // namespace fortnight::client
