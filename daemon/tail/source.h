// Drives a tailer on the intake thread: checks files that the kernel hints at, and all files
// regularly, and reads while the commit queue has room. It works a few milliseconds at a time, so
// that the other sources of the thread don't wait.
//
// While the queue has no room, it still finds and opens files, so that rotations lose nothing.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "daemon/source_intake.h"
#include "daemon/tail/claims.h"
#include "daemon/tail/inotify.h"
#include "daemon/tail/tailer.h"

namespace fortnight::daemon {

// Threads: the intake thread only.
class TailSource final : private TailSink, public std::enable_shared_from_this<TailSource> {
 public:
  // `source` must outlive it; its gatherer has the files' positions. `claims`, shared by all tails
  // of the thread, must outlive it too.
  TailSource(boost::asio::io_context& loop, TailOptions options, SourceIntake& source,
             TailClaims& claims);

  void start();
  // Stops reading. Lines already gathered are kept.
  void close();
  [[nodiscard]] TailStatus status() { return tailer_.status(); }
  [[nodiscard]] Tailer& tailer() { return tailer_; }
  // The last warning about its files, since the start.
  struct Warning {
    TimeNs at = 0;
    std::string text;
  };
  [[nodiscard]] const std::optional<Warning>& last_warning() const { return last_warning_; }
  // Number of files that another source also reads, as of the last scan.
  [[nodiscard]] std::size_t shared_files() const { return shared_.size(); }

 private:
  // The state of a directory before it was last listed.
  struct Directory {
    FileInfo info;
    bool settled;  // not modified just before the listing
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
  void reading(const std::string& path) override;
  void line(const intake::LineFramer::Line& line) override;
  void position(const std::string& key, std::string value) override;
  void checkpoint() override;
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
  Tailer::Time may_scan_{};   // earliest time of the next scan, if one is wanted
  Tailer::Time must_scan_{};  // latest time of the next scan
  Tailer::Time scan_begun_{};
  Directories listed_;
  std::set<SharedFile> shared_;
  std::chrono::milliseconds pause_{};
  std::size_t unwatched_ = 0;  // number of directories
  std::optional<Warning> last_warning_;
  bool wants_scan_ = true;
  bool scanning_ = false;
  bool waits_for_room_ = false;
  bool scheduled_ = false;  // a check is scheduled after the other work of the thread
  bool closed_ = false;
};

}  // namespace fortnight::daemon
