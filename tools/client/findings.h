// What `fortnight doctor` finds in the daemon's answers, without looking at the host.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace fortnight::client {

enum class Severity : std::uint8_t { warning, critical };

// Faults of which one leads to another.
enum class Fault : std::uint8_t {
  other,
  closed,   // permissions close a path to the daemon's user
  refused,  // the daemon may not read a path
  no_files  // a source has no files
};

struct Finding {
  Severity severity = Severity::warning;
  std::string about;  // one word for programs, such as "disk"
  std::string what;
  std::string mend;  // a command, or what else to do
  Fault fault = Fault::other;
  std::string source = {};  // the name of the source that it is about; empty: no single one
  std::string path = {};    // of a fault `closed` or `refused`
};

// From the row of STATUS. `now`: the client's clock.
std::vector<Finding> findings_of_status(std::string_view status, TimeNs now);
// From the rows of SOURCES.
std::vector<Finding> findings_of_sources(const std::vector<std::string>& rows);

// The same without repetitions and without findings to which another one leads: a path that the
// daemon may not read since a directory above it is closed, a source without files since it may
// read none.
std::vector<Finding> causes_of(const std::vector<Finding>& all);

}  // namespace fortnight::client
