#include "daemon/clock.h"

#include <charconv>
#include <chrono>
#include <fstream>
#include <optional>

#include "base/civil_text.h"
#include "base/mutex.h"

namespace fortnight::daemon {
namespace {

std::optional<TimeNs> parse_time(const std::string& text) {
  std::int64_t seconds = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (failed == std::errc() && end == text.data() + text.size()) {
    return seconds * kNsPerSecond;
  }
  const auto civil = parse_civil(text);
  if (!civil || !civil->date_ns || !civil->clock_ns || !civil->offset_ns) return std::nullopt;
  return *civil->date_ns + *civil->clock_ns - *civil->offset_ns;
}

Result<TimeNs> read_time(const std::string& path) {
  std::ifstream file(path);
  std::string text;
  if (!(file >> text)) return io_error(path + ": can't read the time");
  if (const auto time = parse_time(text)) return *time;
  return Error{ErrorCode::invalid, path + ": `" + text + "` is no RFC 3339 time and no Unix time"};
}

class SystemClock final : public Clock {
 public:
  TimeNs now() const override {
    const auto since = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::nanoseconds>(since).count();
  }
};

class FileClock final : public Clock {
 public:
  FileClock(std::string path, TimeNs time) : path_(std::move(path)), time_(time) {}

  TimeNs now() const override {
    const MutexLock lock(mutex_);
    // Always reads: a file can change within a tick of the kernel's clock without a visible change.
    if (const auto time = read_time(path_)) time_ = *time;
    return time_;
  }

 private:
  const std::string path_;
  mutable Mutex mutex_;
  mutable TimeNs time_ GUARDED_BY(mutex_);
};

}  // namespace

std::unique_ptr<Clock> system_clock() { return std::make_unique<SystemClock>(); }

Result<std::unique_ptr<Clock>> file_clock(const std::string& path) {
  FORTNIGHT_ASSIGN(const TimeNs time, read_time(path));
  return std::unique_ptr<Clock>(std::make_unique<FileClock>(path, time));
}

}  // namespace fortnight::daemon
