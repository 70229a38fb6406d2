// Lines in the order in which they arrive: calls, some of them late or out of order, and hostile
// lines.
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
  double odd = 0;          // the fraction of calls that are valid but hard to store
  Micros shuffle = 0;      // every call arrives up to this much after its time
  double late = 0;         // the fraction of calls that arrive later still
  Micros lateness = kDay;  // up to this much after their time
};

class Stream {
 public:
  using Sink = std::function<void(std::string_view line)>;  // the line without its line end

  // Lines go to `sink`, their answers to `key` (may be null). Both must outlive the stream.
  Stream(CallWriter& writer, std::uint64_t seed, const Disorder& disorder, Sink sink,
         AnswerKey* key);
  // Makes the call of `time`, and writes all lines that are due by then. `time` must not decrease.
  void call_at(Micros time);
  // Writes the lines that are not due yet.
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
