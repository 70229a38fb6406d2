#include "daemon/tail/source.h"

#include <algorithm>
#include <utility>

#include "daemon/log.h"

namespace fortnight::daemon {
namespace {

using SteadyClock = std::chrono::steady_clock;
constexpr std::chrono::milliseconds kScanInterval{1000};
// Between a hint and the look: what is written in bursts is read in bursts.
constexpr std::chrono::milliseconds kPause{10};
// A look may take a twentieth of the time, however many files there are and however busy they are.
constexpr int kPauseShare = 20;

}  // namespace

TailSource::TailSource(boost::asio::io_context& loop, TailOptions options, SourceIntake& source)
    : source_(source),
      tailer_(std::move(options), source.gatherer().positions()),
      inotify_(loop,
               [this](Inotify::Hint hint) {
                 if (hint == Inotify::Hint::names) scan_due_ = {};
                 look_after(pause_);
               }),
      timer_(loop) {}

void TailSource::start() { look(); }

void TailSource::close() {
  closed_ = true;
  timer_.cancel();
  inotify_.close();
}

void TailSource::look() {
  const auto begun = SteadyClock::now();
  if (begun >= scan_due_) {
    tailer_.scan(begun, *this);
    scan_due_ = begun + kScanInterval;
    watch();
  }
  const bool room = ready();
  source_.begin();
  const bool more = room && tailer_.read(begun, *this);
  if (tailer_.wants_scan()) scan_due_ = {};

  if (more && ready()) return look_after({});
  if (!ready()) {
    if (!std::exchange(waits_for_room_, true)) {
      source_.gatherer().when_room([self = shared_from_this()] {
        self->waits_for_room_ = false;
        self->look_after({});
      });
    }
  } else {
    const auto took =
        std::chrono::duration_cast<std::chrono::milliseconds>(SteadyClock::now() - begun);
    pause_ = std::max(kPause, took * kPauseShare);
    inotify_.arm();
  }
  look_after(std::max(pause_, kScanInterval));
}

void TailSource::look_after(std::chrono::milliseconds pause) {
  if (closed_) return;
  timer_.expires_after(pause);
  timer_.async_wait([self = shared_from_this()](boost::system::error_code cancelled) {
    if (!cancelled && !self->closed_) self->look();
  });
}

void TailSource::watch() {
  const std::size_t unwatched = inotify_.watch(tailer_.directories());
  if (unwatched > unwatched_) {
    log_info("some directories can't be watched; they are looked at once a second instead",
             {{"source", source_.name()}, {"directories", unwatched}});
  }
  unwatched_ = unwatched;
}

// Asked between two files: what was gathered ends with a position, and may be handed on.
bool TailSource::ready() {
  source_.gatherer().added();
  return source_.gatherer().has_room();
}

void TailSource::line(const intake::LineFramer::Line& line) { source_.take(line); }

void TailSource::position(const std::string& key, std::string value) {
  source_.gatherer().set_position(key, std::move(value));
}

void TailSource::note(const std::string& message) {
  log_info(message, {{"source", source_.name()}});
}

void TailSource::warn(const std::string& message) {
  log_warning(message, {{"source", source_.name()}});
}

}  // namespace fortnight::daemon
