// The time that everything in the daemon goes by. Tests set it by a file.
#pragma once

#include <memory>
#include <string>

#include "base/error.h"
#include "base/time.h"

namespace fortnight::daemon {

// Any thread may ask.
class Clock {
 public:
  Clock() = default;
  Clock(const Clock&) = delete;
  Clock& operator=(const Clock&) = delete;
  virtual ~Clock() = default;
  [[nodiscard]] virtual TimeNs now() const = 0;
};

std::unique_ptr<Clock> system_clock();

// The time that stands in `path`: RFC 3339, or seconds since 1970. It stands still until the
// file changes. While the file can't be read, it is the last time read.
Result<std::unique_ptr<Clock>> file_clock(const std::string& path);

}  // namespace fortnight::daemon
