// Drives a tailer on the intake thread: looks when the kernel hints at something and once a second
// anyway, and reads while the commit queue has room.
//
// While it has none, files are still looked for and held open, so that rotations lose nothing.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <string>

#include "daemon/tail/inotify.h"
#include "daemon/source_intake.h"
#include "daemon/tail/tailer.h"

namespace fortnight::daemon {

// Threads: the intake thread alone.
class TailSource final : private TailSink, public std::enable_shared_from_this<TailSource> {
 public:
  // `source` must outlive it. Where the files stand is taken from the source's gatherer.
  TailSource(boost::asio::io_context& loop, TailOptions options, SourceIntake& source);

  void start();
  // What was read stays gathered; nothing more is.
  void close();
  [[nodiscard]] const TailStatus& status() const { return tailer_.status(); }

 private:
  void look();
  void look_after(std::chrono::milliseconds pause);
  void watch();

  bool ready() override;
  void line(const intake::LineFramer::Line& line) override;
  void position(const std::string& key, std::string value) override;
  void note(const std::string& message) override;
  void warn(const std::string& message) override;

  SourceIntake& source_;
  Tailer tailer_;
  Inotify inotify_;
  boost::asio::steady_timer timer_;
  Tailer::Time scan_due_{};
  std::chrono::milliseconds pause_{};
  std::size_t unwatched_ = 0;  // directories
  bool waits_for_room_ = false;
  bool closed_ = false;
};

}  // namespace fortnight::daemon
