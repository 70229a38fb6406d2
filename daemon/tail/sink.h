// What a tailer gives, and to whom. All of it comes on the thread that runs the tailer.
#pragma once

#include <string>

#include "intake/framing.h"

namespace fortnight::daemon {

class TailSink {
 public:
  TailSink() = default;
  TailSink(const TailSink&) = delete;
  TailSink& operator=(const TailSink&) = delete;
  virtual ~TailSink() = default;

  // Whether there is room for more lines. Asked before each read of at most some 100 KiB.
  virtual bool ready() = 0;
  // Whether the tailer has had the thread for long enough. Asked after each piece of work, which
  // takes a few milliseconds at the most; where true, the tailer returns and is called again once
  // others had their turn.
  virtual bool give_way() = 0;
  // Valid during the call.
  virtual void line(const intake::LineFramer::Line& line) = 0;
  // To be made durable together with the lines since the last position, for all of them are covered
  // by it. The newest value of a key counts; an empty value forgets the key.
  virtual void position(const std::string& key, std::string value) = 0;
  // For the log: what happened to a file, and what may be missing.
  virtual void note(const std::string& message) = 0;
  virtual void warn(const std::string& message) = 0;
};

}  // namespace fortnight::daemon
