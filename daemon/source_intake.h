// The way of one source's lines, whatever brings them: mapped, counted, and gathered into batches.
//
// Threads: the intake thread alone.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "daemon/call_rate.h"
#include "daemon/clock.h"
#include "daemon/gatherer.h"
#include "daemon/reject_log.h"
#include "intake/framing.h"
#include "intake/mapper.h"

namespace fortnight::daemon {

class SourceIntake {
 public:
  // `gatherer` and `clock` must outlive it.
  SourceIntake(intake::MapperSettings settings, Gatherer& gatherer, const Clock& clock);

  // Before the lines of one read: they share the time at which they came.
  void begin() { now_ = clock_.now(); }
  void take(const intake::LineFramer::Line& line);

  // Since the daemon's start.
  [[nodiscard]] intake::Counters counters() const;
  // Every few seconds: takes the rate, and logs what was rejected.
  void tick();
  // Calls a second over the last minute.
  [[nodiscard]] double calls_per_second() const { return rate_.per_second(); }
  // When the last line came; nothing before the first.
  [[nodiscard]] std::optional<TimeNs> last_line() const { return last_line_; }
  // The configuration changed: lines are mapped anew from now on, counts go on.
  void change(intake::MapperSettings settings);

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] Gatherer& gatherer() { return gatherer_; }
  [[nodiscard]] std::size_t max_line_bytes() const { return max_line_bytes_; }

 private:
  std::string name_;
  std::size_t max_line_bytes_;
  Gatherer& gatherer_;
  const Clock& clock_;
  intake::Mapper mapper_;
  intake::Counters earlier_;  // of mappers before this one
  TimeNs now_ = 0;
  std::optional<TimeNs> last_line_;
  CallRate rate_;
  RejectLog reject_log_;
};

}  // namespace fortnight::daemon
