// The time for everything in the daemon. Tests set it through a file.
#pragma once

#include <memory>
#include <string>

#include "base/error.h"
#include "base/time.h"

namespace fortnight::daemon {

// Thread-safe.
class Clock {
 public:
  Clock() = default;
  Clock(const Clock&) = delete;
  Clock& operator=(const Clock&) = delete;
  virtual ~Clock() = default;
  [[nodiscard]] virtual TimeNs now() const = 0;
};

std::unique_ptr<Clock> system_clock();

// The time in the file `path`: RFC 3339, or seconds since 1970. It stands still until the file
// changes. While the file can't be read, it is the last time that was read.
Result<std::unique_ptr<Clock>> file_clock(const std::string& path);

}  // namespace fortnight::daemon
