#include "daemon/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <chrono>
#include <optional>
#include <unordered_map>

#include "base/mutex.h"
#include "base/visible_text.h"

namespace fortnight::daemon {
namespace {

using SteadyClock = std::chrono::steady_clock;
constexpr std::chrono::seconds kRepeatInterval{10};
// Messages remembered; when full, all are forgotten, and some are logged once more than needed.
constexpr std::size_t kRemembered = 1024;

spdlog::level::level_enum to_spdlog(config::LogLevel level) {
  switch (level) {
    case config::LogLevel::debug:
      return spdlog::level::debug;
    case config::LogLevel::info:
      return spdlog::level::info;
    case config::LogLevel::warning:
      return spdlog::level::warn;
    case config::LogLevel::error:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

spdlog::logger& logger() {
  static const std::shared_ptr<spdlog::logger> instance = [] {
    auto made = std::make_shared<spdlog::logger>("fortnightd",
                                                 std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ level=%l %v", spdlog::pattern_time_type::utc);
    made->flush_on(spdlog::level::trace);
    return made;
  }();
  return *instance;
}

// Returns how often the line was suppressed since it was last logged; nothing to suppress it now.
class Repeats {
 public:
  std::optional<std::uint64_t> tell(const std::string& line) {
    const MutexLock lock(mutex_);
    const auto now = SteadyClock::now();
    if (reported_.size() >= kRemembered) reported_.clear();
    const auto [it, added] = reported_.try_emplace(line, Report{now, 0});
    if (added) return 0;
    if (now - it->second.at < kRepeatInterval) {
      ++it->second.left_out;
      return std::nullopt;
    }
    const std::uint64_t left_out = it->second.left_out;
    it->second = {now, 0};
    return left_out;
  }

 private:
  struct Report {
    SteadyClock::time_point at;
    std::uint64_t left_out;
  };
  Mutex mutex_;
  std::unordered_map<std::string, Report> reported_ GUARDED_BY(mutex_);
};

bool is_bare(std::string_view value) {
  if (value.empty() || value.find_first_of(" \"=\\") != std::string_view::npos) return false;
  return visible_text(value) == value;
}

void append_value(std::string& out, std::string_view value) {
  out.push_back('"');
  while (!value.empty()) {
    const TextUnit unit = first_unit(value);
    if (unit.code == '"' || unit.code == '\\') out.push_back('\\');
    if (unit.visible()) {
      out += value.substr(0, unit.length);
    } else {
      append_escaped_unit(unit, out);
    }
    value.remove_prefix(unit.length);
  }
  out.push_back('"');
}

}  // namespace

std::string format_log(std::string_view message, LogFields fields) {
  std::string line = "msg=";
  append_value(line, message);
  for (const LogField& field : fields) {
    line.append(" ").append(field.key).append("=");
    if (is_bare(field.value)) {
      line.append(field.value);
    } else {
      append_value(line, field.value);
    }
  }
  return line;
}

void set_log_level(config::LogLevel level) { logger().set_level(to_spdlog(level)); }

void log(config::LogLevel level, std::string_view message, LogFields fields) {
  static Repeats repeats;
  const spdlog::level::level_enum severity = to_spdlog(level);
  if (!logger().should_log(severity)) return;
  std::string line = format_log(message, fields);
  const auto left_out = repeats.tell(line);
  if (!left_out) return;
  if (*left_out > 0) line += " repeated=" + std::to_string(*left_out);
  logger().log(severity, "{}", line);
}

}  // namespace fortnight::daemon
