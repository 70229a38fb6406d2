// The interface that a tailer delivers to, on the thread that runs the tailer.
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

  // Whether there is room for more lines. Asked before each read of at most about 100 KiB.
  virtual bool ready() = 0;
  // Whether the tailer should return so that others can use the thread. Asked after each piece of
  // work, which takes at most a few milliseconds. The tailer is then called again after the others.
  virtual bool give_way() = 0;
  // The following lines are of the file that is tailed by this path.
  virtual void reading(const std::string& path) = 0;
  // `line` is valid during the call.
  virtual void line(const intake::LineFramer::Line& line) = 0;
  // To be made durable together with the lines since the last position, which it covers. The last
  // value of a key is used; an empty value deletes the key.
  virtual void position(const std::string& key, std::string value) = 0;
  // The positions passed so far can't be found again if they are lost: they should soon be stored
  // beside the journal too.
  virtual void checkpoint() = 0;
  // For the log: events of a file, and what may be missing.
  virtual void note(const std::string& message) = 0;
  virtual void warn(const std::string& message) = 0;
};

}  // namespace fortnight::daemon
