#include "daemon/source_intake.h"

#include <utility>

namespace fortnight::daemon {

SourceIntake::SourceIntake(intake::MapperSettings settings, Gatherer& gatherer, const Clock& clock)
    : name_(settings.source),
      max_line_bytes_(settings.max_line_bytes),
      gatherer_(gatherer),
      clock_(clock),
      mapper_(std::move(settings)) {}

void SourceIntake::take(const intake::LineFramer::Line& line) {
  storage::Append& append = gatherer_.append();
  const std::size_t rejects = append.rejects.size();
  last_line_ = now_;
  if (line.too_long) {
    mapper_.map_cut_off(line.bytes, line.offset, now_, append);
  } else {
    mapper_.map(line.bytes, line.offset, now_, append);
  }
  if (append.rejects.size() > rejects) {
    reject_log_.note(append.rejects.back(), std::chrono::steady_clock::now());
  }
}

void SourceIntake::tick() {
  const auto now = std::chrono::steady_clock::now();
  rate_.note(counters().calls, now);
  reject_log_.report(name_, now);
}

intake::Counters SourceIntake::counters() const {
  intake::Counters total = earlier_;
  return total += mapper_.counters();
}

void SourceIntake::change(intake::MapperSettings settings) {
  earlier_ += mapper_.counters();
  max_line_bytes_ = settings.max_line_bytes;
  mapper_ = intake::Mapper(std::move(settings));
  reject_log_.begin_anew();
}

}  // namespace fortnight::daemon
