#include "daemon/tail/source.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <cstdlib>
#include <utility>

#include "base/time.h"
#include "daemon/log.h"

namespace fortnight::daemon {
namespace {

using SteadyClock = std::chrono::steady_clock;
using std::chrono::milliseconds;

// Maximum time of one turn on the thread; answers to `#sync` wait at most this long.
constexpr milliseconds kTurn{3};
// All open files are checked at this interval: hints may be lost or unavailable.
constexpr milliseconds kScanTick{1000};
// Directories are listed at this interval even if they don't seem to change.
constexpr milliseconds kScanInterval{10'000};
// Pause between a hint and the check, so that bursts are read together. A multiple of the time that
// checks take, so that busy files leave time for others.
constexpr milliseconds kLeastPause{10};
constexpr milliseconds kMostPause{100};
constexpr int kPauseShare = 4;
// The same between two scans of directories that change constantly.
constexpr milliseconds kLeastScanPause{20};
constexpr milliseconds kMostScanPause{300};
constexpr int kScanShare = 2;
// Two changes of a directory within this time may leave it with the same time.
constexpr std::int64_t kDirectoryClockTick = kNsPerSecond / 10;

milliseconds since(Tailer::Time begun) {
  return std::chrono::duration_cast<milliseconds>(SteadyClock::now() - begun);
}

std::int64_t wall_now() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

}  // namespace

TailSource::TailSource(boost::asio::io_context& loop, TailOptions options, SourceIntake& source,
                       TailClaims& claims)
    : loop_(loop),
      source_(source),
      claims_(claims),
      tailer_(std::move(options), source.gatherer().positions()),
      inotify_(loop, [this](const Inotify::Hint& hint) { hinted(hint); }),
      timer_(loop) {}

void TailSource::start() { look_at_once(); }

void TailSource::close() {
  closed_ = true;
  timer_.cancel();
  inotify_.close();
  claims_.release(source_.name());
}

void TailSource::hinted(const Inotify::Hint& hint) {
  for (const std::string& path : hint.written) tailer_.hint(path);
  wants_scan_ = wants_scan_ || hint.names || hint.lost;
  if (hint.lost) tick_due_ = {};
  look_after(pause_);
}

void TailSource::look() {
  const auto begun = SteadyClock::now();
  turn_ends_ = begun + kTurn;
  source_.begin();
  if (begun >= tick_due_) tick(begun);
  wants_scan_ = wants_scan_ || tailer_.wants_scan();
  const bool scanned = scanning_ || (wants_scan_ && begun >= may_scan_);
  if (scanned) scanning_ = scan(begun);
  const bool room = ready();
  const bool more = room && tailer_.read(begun, *this) && ready();
  if (scanning_ || more) return look_at_once();
  if (!ready() && !std::exchange(waits_for_room_, true)) {
    source_.gatherer().when_room([self = shared_from_this()] {
      self->waits_for_room_ = false;
      self->look_at_once();
    });
  }
  pause_ = std::clamp(since(begun) * kPauseShare, kLeastPause, kMostPause);
  inotify_.arm();
  wants_scan_ = wants_scan_ || tailer_.wants_scan();
  const auto now = SteadyClock::now();
  const auto until = [&](Tailer::Time due) {
    return std::max(std::chrono::ceil<milliseconds>(due - now), milliseconds(1));
  };
  look_after(wants_scan_ ? std::min(until(may_scan_), until(tick_due_)) : until(tick_due_));
}

// Regular work that needs no hint.
void TailSource::tick(Tailer::Time now) {
  tick_due_ = now + kScanTick;
  tailer_.poll(now, *this);
  if (wants_scan_ || scanning_) return;
  wants_scan_ = now >= must_scan_ || tailer_.has_problems() ||
                (unwatched_ > 0 && tailer_.is_searching()) || directories() != listed_ ||
                std::any_of(listed_.begin(), listed_.end(),
                            [](const auto& one) { return !one.second.settled; });
}

// Performs a piece of a scan; true: the scan isn't finished.
bool TailSource::scan(Tailer::Time now) {
  if (!scanning_) {
    wants_scan_ = false;
    scan_begun_ = now;
    listed_ = directories();
  }
  if (tailer_.scan(now, *this)) return true;
  const auto pause = std::clamp(since(scan_begun_) * kScanShare, kLeastScanPause, kMostScanPause);
  may_scan_ = SteadyClock::now() + pause;
  must_scan_ = now + kScanInterval;
  const bool moved =
      std::any_of(tailer_.directories().begin(), tailer_.directories().end(),
                  [&](const std::string& directory) { return !listed_.contains(directory); });
  // New directories were not known at the start of the scan, so all count from now.
  if (moved) listed_ = directories();
  watch();
  claim();
  return false;
}

// Logs once each file that another source also reads.
void TailSource::claim() {
  std::set<SharedFile> shared;
  for (SharedFile& file : claims_.claim(source_.name(), tailer_.matches())) {
    if (!shared_.contains(file)) {
      log_warning("two sources read this file: its lines are stored twice",
                  {{"file", file.path}, {"source", source_.name()}, {"and", file.other}});
    }
    shared.insert(std::move(file));
  }
  shared_ = std::move(shared);
}

TailSource::Directories TailSource::directories() const {
  Directories all;
  const std::int64_t now = wall_now();
  for (const std::string& path : tailer_.directories()) {
    const auto info = file_info(path);
    const FileInfo known = info ? *info : FileInfo{};
    // A time in the future was set before the clock was set back.
    all[path] = {known, std::abs(now - known.modified_ns) > kDirectoryClockTick};
  }
  return all;
}

void TailSource::look_at_once() {
  if (std::exchange(scheduled_, true)) return;
  timer_.cancel();
  boost::asio::post(loop_, [self = shared_from_this()] {
    self->scheduled_ = false;
    if (!self->closed_) self->look();
  });
}

void TailSource::look_after(milliseconds pause) {
  if (closed_ || scheduled_) return;
  timer_.expires_after(pause);
  timer_.async_wait([self = shared_from_this()](boost::system::error_code cancelled) {
    if (!cancelled && !self->closed_ && !self->scheduled_) self->look();
  });
}

void TailSource::watch() {
  const std::size_t unwatched = inotify_.watch(tailer_.directories());
  if (unwatched > unwatched_) {
    log_info("some directories can't be watched; they are checked once a second instead",
             {{"source", source_.name()}, {"directories", unwatched}});
  }
  unwatched_ = unwatched;
}

// Asked between two files: everything gathered ends with a position and may be passed on.
bool TailSource::ready() {
  source_.gatherer().added();
  return source_.gatherer().has_room();
}

bool TailSource::give_way() { return SteadyClock::now() >= turn_ends_; }

void TailSource::reading(const std::string& path) { source_.set_origin(path); }

void TailSource::line(const intake::LineFramer::Line& line) { source_.take(line); }

void TailSource::checkpoint() { source_.gatherer().append().checkpoint = true; }

void TailSource::position(const std::string& key, std::string value) {
  source_.gatherer().set_position(key, std::move(value));
  source_.keep_pieces();
}

void TailSource::note(const std::string& message) {
  log_info(message, {{"source", source_.name()}});
}

void TailSource::warn(const std::string& message) {
  last_warning_ = {source_.now(), message};
  log_warning(message, {{"source", source_.name()}});
}

}  // namespace fortnight::daemon
