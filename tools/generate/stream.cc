#include "tools/generate/stream.h"

#include <utility>

#include "tools/generate/hostile.h"

namespace fortnight::generate {

Stream::Stream(CallWriter& writer, std::uint64_t seed, const Disorder& disorder, Sink sink,
               AnswerKey* key)
    : writer_(writer),
      random_(mix(seed, 0x5eed)),
      disorder_(disorder),
      sink_(std::move(sink)),
      key_(key) {}

void Stream::call_at(Micros time) {
  const Call* call = &writer_.write(time);
  if (disorder_.bad > 0 && random_.chance(disorder_.bad)) {
    if (key_ != nullptr) key_->add_reject();
    arrive(time, rejected_line(*call, random_));
  }
  if (disorder_.odd > 0 && random_.chance(disorder_.odd)) {
    odd_ = *call;
    odd_.line = odd_line(*call, random_);
    call = &odd_;
  }
  if (key_ != nullptr) key_->add(*call);
  arrive(time, call->line);
}

void Stream::arrive(Micros time, std::string_view line) {
  if (in_order()) return sink_(line);
  Micros due = time;
  if (disorder_.shuffle > 0) due += random_.between(0, disorder_.shuffle / 1000) * 1000;
  if (disorder_.late > 0 && random_.chance(disorder_.late)) {
    due += random_.between(0, disorder_.lateness / 1000) * 1000;
  }
  held_.push({due, lines_++, std::string(line)});
  release(time);
}

void Stream::release(Micros now) {
  while (!held_.empty() && held_.top().due <= now) {
    sink_(held_.top().line);
    held_.pop();
  }
}

void Stream::finish() {
  while (!held_.empty()) {
    sink_(held_.top().line);
    held_.pop();
  }
}

}  // namespace fortnight::generate
