// Drives a tailer on the intake thread: looks when the kernel hints at something, at what it hints
// at, and at everything now and then; and reads while the commit queue has room. It works for a few
// milliseconds at a time, so that the other sources of the thread never wait for it.
//
// While the queue has no room, files are still looked for and held open, so that rotations lose
// nothing.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "daemon/source_intake.h"
#include "daemon/tail/claims.h"
#include "daemon/tail/inotify.h"
#include "daemon/tail/tailer.h"

namespace fortnight::daemon {

// Threads: the intake thread alone.
class TailSource final : private TailSink, public std::enable_shared_from_this<TailSource> {
 public:
  // `source` must outlive it. Where the files stand is taken from the source's gatherer.
  // `claims`, which all tails of the thread share, must outlive it too.
  TailSource(boost::asio::io_context& loop, TailOptions options, SourceIntake& source,
             TailClaims& claims);

  void start();
  // What was read stays gathered; nothing more is.
  void close();
  [[nodiscard]] TailStatus status() { return tailer_.status(); }
  [[nodiscard]] const Tailer& tailer() const { return tailer_; }
  // Files that another source reads too, as of its last scan.
  [[nodiscard]] std::size_t shared_files() const { return shared_.size(); }

 private:
  // A directory as it was before it was last listed.
  struct Directory {
    FileInfo info;
    bool settled;  // it had not just been changed
    friend bool operator==(const Directory&, const Directory&) = default;
  };
  using Directories = std::map<std::string, Directory>;

  void hinted(const Inotify::Hint& hint);
  void look();
  void look_at_once();
  void look_after(std::chrono::milliseconds pause);
  void tick(Tailer::Time now);
  bool scan(Tailer::Time now);
  [[nodiscard]] Directories directories() const;
  void watch();
  void claim();

  bool ready() override;
  bool give_way() override;
  void line(const intake::LineFramer::Line& line) override;
  void position(const std::string& key, std::string value) override;
  void note(const std::string& message) override;
  void warn(const std::string& message) override;

  boost::asio::io_context& loop_;
  SourceIntake& source_;
  TailClaims& claims_;
  Tailer tailer_;
  Inotify inotify_;
  boost::asio::steady_timer timer_;
  Tailer::Time turn_ends_{};
  Tailer::Time tick_due_{};
  Tailer::Time may_scan_{};   // another scan, if one is wanted
  Tailer::Time must_scan_{};  // even if nothing hints at a change
  Tailer::Time scan_begun_{};
  Directories listed_;
  std::set<SharedFile> shared_;
  std::chrono::milliseconds pause_{};
  std::size_t unwatched_ = 0;  // directories
  bool wants_scan_ = true;
  bool scanning_ = false;
  bool waits_for_room_ = false;
  bool scheduled_ = false;  // a look is to come as soon as others had their turn
  bool closed_ = false;
};

}  // namespace fortnight::daemon
