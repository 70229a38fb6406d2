#include "daemon/source_intake.h"

#include <utility>

namespace fortnight::daemon {

SourceIntake::SourceIntake(intake::MapperSettings settings, intake::KeyCaps& caps,
                           Gatherer& gatherer, const Clock& clock)
    : name_(settings.source),
      max_line_bytes_(settings.max_line_bytes),
      caps_(caps),
      gatherer_(gatherer),
      clock_(clock),
      mapper_(std::move(settings), caps) {}

void SourceIntake::take(const intake::LineFramer::Line& line) {
  if (line.too_long) {
    mapper_.reject_too_long(line.bytes, line.offset, now_, gatherer_.append());
  } else {
    mapper_.map(line.bytes, line.offset, now_, gatherer_.append());
  }
}

intake::Counters SourceIntake::counters() const {
  intake::Counters total = earlier_;
  return total += mapper_.counters();
}

void SourceIntake::change(intake::MapperSettings settings) {
  earlier_ += mapper_.counters();
  max_line_bytes_ = settings.max_line_bytes;
  mapper_ = intake::Mapper(std::move(settings), caps_);
}

}  // namespace fortnight::daemon
