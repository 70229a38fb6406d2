// A run of lines in the order in which they arrive: calls, hostile lines among them, some of them
// late or out of order.
#pragma once

#include <cstdint>
#include <functional>
#include <queue>
#include <string>
#include <string_view>

#include "tools/generate/answer_key.h"
#include "tools/generate/call_writer.h"
#include "tools/generate/instant.h"
#include "tools/generate/random.h"

namespace fortnight::generate {

struct Disorder {
  double bad = 0;          // the fraction of lines that must be rejected
  double odd = 0;          // the fraction of calls that are hard to keep, but valid
  Micros shuffle = 0;      // every call arrives up to this much after its time
  double late = 0;         // the fraction of calls that arrive later still
  Micros lateness = kDay;  // up to this much after their time
};

class Stream {
 public:
  using Sink = std::function<void(std::string_view line)>;  // the line without its line end

  // `sink` gets the lines; `key`, which may be null, the answers. Both outlive the stream.
  Stream(CallWriter& writer, std::uint64_t seed, const Disorder& disorder, Sink sink,
         AnswerKey* key);
  // Makes the call of `time`, which must not decrease, and hands on all lines due by then.
  void call_at(Micros time);
  // Hands on the lines that are still held back.
  void finish();

 private:
  struct Held {
    Micros due;
    std::uint64_t number;  // keeps lines of the same instant in order
    std::string line;
    bool operator>(const Held& other) const {
      return due != other.due ? due > other.due : number > other.number;
    }
  };
  [[nodiscard]] bool in_order() const { return disorder_.shuffle == 0 && disorder_.late == 0; }
  void arrive(Micros time, std::string_view line);
  void release(Micros now);

  CallWriter& writer_;
  Random random_;
  Disorder disorder_;
  Sink sink_;
  AnswerKey* key_;
  std::uint64_t lines_ = 0;
  std::priority_queue<Held, std::vector<Held>, std::greater<>> held_;
  Call odd_;
};

}  // namespace fortnight::generate
