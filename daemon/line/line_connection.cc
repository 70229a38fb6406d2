#include "daemon/line/line_connection.h"

#include <algorithm>
#include <utility>

#include "daemon/log.h"
#include "daemon/net/parting.h"
#include "daemon/net/peer.h"

namespace fortnight::daemon {
namespace {

using boost::system::error_code;
constexpr std::string_view kSync = "#sync";
constexpr std::string_view kAuth = "#auth ";
// Unread answers above which the connection isn't read any more.
constexpr std::size_t kMaxUnread = 64U << 10;
constexpr std::size_t kMaxToken = 256;
constexpr std::string_view kTokenTooLong =
    "#error the token of #sync has more than 256 bytes: nothing is acknowledged by it\n";
// Minimum size of a read.
constexpr std::size_t kLeastRead = 512;
// After so long without a line, the store is asked whether all lines are durable.
constexpr std::chrono::milliseconds kQuiet{500};
constexpr std::string_view kBrokenCount =
    "ERR bad-request expected an octet count, as in the messages before\n";
constexpr std::string_view kGaveWay =
    "ERR limit the connection was idle, and made room for another (limits.max_connections)\n";
constexpr std::string_view kLineOverstayed =
    "ERR limit the line didn't end in time, while memory for lines was short\n";

// The token of a line "#auth TOKEN"; nothing for any other line.
std::optional<std::string_view> auth_token(std::string_view line) {
  if (!line.starts_with(kAuth)) return std::nullopt;
  line.remove_prefix(kAuth.size());
  const std::size_t begin = std::min(line.find_first_not_of(" \t"), line.size());
  return line.substr(begin, line.find_last_not_of(" \t") + 1 - begin);
}

// The token of a line "#sync TOKEN", which may be empty; nothing for any other line.
std::optional<std::string_view> sync_token(std::string_view line) {
  if (!line.starts_with(kSync)) return std::nullopt;
  line.remove_prefix(kSync.size());
  if (line.empty()) return line;
  if (line.front() != ' ') return std::nullopt;
  return line.substr(1);
}

}  // namespace

LineConnection::LineConnection(Stream stream, const Owner& owner)
    : stream_(std::move(stream)),
      owner_(owner),
      source_(owner.source),
      number_(source_.new_delivery()),
      idle_(stream_.get_executor()),
      held_(owner.lines),
      sender_(owner.senders.who_connected(stream_)) {}

void LineConnection::start() {
  watch_idleness();
  wait_readable();
}

void LineConnection::close() {
  if (over_ || reading_ended_) return;
  closing_ = true;
  read();
}

void LineConnection::wait_readable() {
  if (closing_) return reached_end();
  if (out_.size() + writing_.size() > kMaxUnread) {
    stalled_ = true;  // write() resumes it
    return;
  }
  stream_.async_wait_read([self = shared_from_this()](error_code failed) {
    if (failed) return self->end();
    self->read();
  });
}

void LineConnection::read() {
  if (over_ || reading_ended_) return;
  if (!source_.gatherer().has_room()) {
    source_.gatherer().when_room([self = shared_from_this()] { self->read(); });
    return;
  }
  if (!framer_) {
    framer_.emplace(source_.max_line_bytes(), received_);
    framer_->detect_framing(framing_);
  }
  const std::size_t allowance = held_.allowance();
  if (allowance == 0 && !closing_) {
    short_ = true;  // tick() resumes it
    return;
  }
  const std::span<char> space = framer_->space();
  error_code failed;
  const std::size_t count = stream_.read_some(
      boost::asio::buffer(space.data(), std::min(space.size(), std::max(allowance, kLeastRead))),
      failed);
  if (failed == boost::asio::error::would_block) {
    rest();
    return wait_readable();
  }
  if (failed == boost::asio::error::eof) return reached_end();
  if (failed) return end();
  if (framing_ != Framing::octets) opening_.feed({space.data(), count});
  framer_->filled(count);
  received_ += count;
  last_read_ = Clock::now();
  watch_idleness();
  if (came_to_wrong_port()) return;
  take_lines();
  if (over_) return;
  rest();
  wait_readable();
}

// Between two reads only the memory of the pending line is held.
void LineConnection::rest() {
  if (framer_->pending() == 0 && !framer_->skipping()) {
    framer_.reset();
  } else {
    framer_->shrink();
  }
  held_.hold((framer_ ? framer_->memory() : 0) + stream_.held());
}

bool LineConnection::came_to_wrong_port() {
  const Opening::Kind kind = opening_.kind();
  if (kind != Opening::Kind::http && kind != Opening::Kind::tls) return false;
  owner_.wrong_port(kind);
  part(wrong_port_line(kind));
  return true;
}

void LineConnection::part(std::string_view line) {
  if (over_) return;
  stream_.cancel();
  part_with(std::move(stream_), line);
  end();
}

void LineConnection::tick() {
  if (over_) return;
  if (!source_.gatherer().has_room()) held_.renew();  // the store caused the delay
  if (held_.overstays()) {
    held_.count_as_given_up();
    log_warning("a line didn't end in time while memory was short: its connection is closed",
                {{"source", source_.name()}});
    return part(kLineOverstayed);
  }
  if (std::exchange(short_, false)) read();
  if (durable_ != taken_ && Clock::now() - last_read_ > kQuiet) note_durable();
}

// Not at each read: it makes the store sync at once.
void LineConnection::note_durable() {
  if (std::exchange(awaits_durable_, true)) return;
  source_.gatherer().when_durable([self = shared_from_this(), taken = taken_] {
    self->durable_ = taken;
    self->awaits_durable_ = false;
  });
}

std::optional<LineConnection::Clock::time_point> LineConnection::idle_since() const {
  const bool answered = syncs_ == 0 && out_.empty() && writing_.empty() && !wants_sync_;
  if (over_ || reading_ended_ || framer_ || durable_ != taken_ || !answered) return std::nullopt;
  return stream_.has_unread() ? std::nullopt : std::optional(last_read_);
}

void LineConnection::give_way() {
  log_info("an idle intake connection is closed to make room for another",
           {{"source", source_.name()}});
  part(kGaveWay);
}

void LineConnection::take_lines() {
  if (began_ && !admitted()) return;
  source_.begin(sender_.get(), number_);
  counted_ = source_.counters();
  while (const auto line = framer_->next()) {
    framing_ = framer_->framing();
    // The first line is longer than allowed and hasn't ended.
    if (line->too_long && framing_ == Framing::lines &&
        opening_.kind() == Opening::Kind::undecided) {
      opening_.give_up();
      if (came_to_wrong_port()) return;
    }
    held_.renew();
    if (!take(*line)) break;
  }
  count_lines();
  source_.gatherer().added();
  if (over_) return;
  framing_ = framer_->framing();
  if (!framer_->broken()) return;
  log_warning("a sender's octet count is wrong: its connection is closed",
              {{"source", source_.name()}, {"offset", framer_->offset()}});
  part(kBrokenCount);
}

bool LineConnection::take(const intake::LineFramer::Line& line) {
  if (!began_ && !line.bytes.empty()) {
    began_ = true;
    if (const auto token = auth_token(line.bytes)) return authenticate(*token);
    if (!admitted()) return false;
  }
  const auto token = sync_token(line.bytes);
  if (!token) {
    ++taken_;
    wants_sync_ = peer_syncs_;
    source_.take(line);
    return true;
  }
  peer_syncs_ = true;
  wants_sync_ = false;
  count_lines();
  if (token->size() > kMaxToken) {
    answer(kTokenTooLong);
  } else {
    sync(*token);
  }
  return true;
}

bool LineConnection::admitted() {
  const auto refused = owner_.senders.why_not(sender_);
  if (refused) refuse(*refused);
  return !refused;
}

bool LineConnection::authenticate(std::string_view token) {
  auto sender = owner_.senders.who_has(token, address_of_peer(stream_.socket()));
  if (!sender) {
    refuse(sender.error());
    return false;
  }
  sender_ = std::move(*sender);
  if (!admitted()) return false;
  source_.begin(sender_.get(), number_);
  return true;
}

void LineConnection::refuse(const query::RequestError& error) {
  log_warning("a sender was refused", {{"source", source_.name()},
                                       {"peer", address_of_peer(stream_.socket())},
                                       {"why", error.message}});
  stream_.cancel();
  const std::string line = query::closing_line(error) + "\n";
  part_with(std::move(stream_), line);
  end();
}

// Assigns the source's count since the last call to this connection: both use this thread.
void LineConnection::count_lines() {
  const intake::Counters now = source_.counters();
  accepted_ += now.calls - counted_.calls;
  duplicates_ += now.duplicates - counted_.duplicates;
  rejected_ += now.rejected_total() - counted_.rejected_total();
  counted_ = now;
}

void LineConnection::sync(std::string_view token) {
  std::string text = "#ok " + std::string(token) + " accepted=" + std::to_string(accepted_) +
                     " rejected=" + std::to_string(rejected_);
  if (source_.recent_calls()) text += " duplicates=" + std::to_string(duplicates_);
  text += '\n';
  ++syncs_;
  source_.gatherer().when_durable([self = shared_from_this(), text = std::move(text)] {
    --self->syncs_;
    self->answer(text);
  });
}

// The peer has closed its side: a last line without LF counts, and answers are still sent.
void LineConnection::reached_end() {
  reading_ended_ = true;
  if (framing_ != Framing::octets) opening_.finish();
  if (came_to_wrong_port()) return;
  if (framer_) {
    if (began_ && !admitted()) return;
    source_.begin(sender_.get(), number_);
    counted_ = source_.counters();
    const auto line = framer_->last();
    if (line && !take(*line)) return;
    source_.gatherer().added();
    framer_.reset();
    held_.hold(0);
  }
  end_if_done();
}

void LineConnection::answer(std::string_view text) {
  out_ += text;
  if (writing_.empty()) write();
}

void LineConnection::write() {
  if (over_) return;
  writing_ = std::exchange(out_, {});
  write_rest(0);
}

void LineConnection::write_rest(std::size_t begin) {
  const auto rest = boost::asio::buffer(writing_.data() + begin, writing_.size() - begin);
  stream_.async_write_some(
      {rest, {}}, [self = shared_from_this(), begin](error_code failed, std::size_t count) {
        if (failed || self->over_) return self->end();
        if (begin + count < self->writing_.size()) return self->write_rest(begin + count);
        self->writing_.clear();
        if (!self->out_.empty()) self->write();
        if (std::exchange(self->stalled_, false)) self->wait_readable();
        self->end_if_done();
      });
}

void LineConnection::end_if_done() {
  if (reading_ended_ && syncs_ == 0 && out_.empty() && writing_.empty()) end();
}

void LineConnection::end() {
  if (std::exchange(over_, true)) return;
  const auto self = shared_from_this();  // `ended` may release the last owner
  idle_.cancel();
  stream_.close();
  if (began_) {
    source_.begin(nullptr, number_);
    source_.end_delivery();
    source_.gatherer().added();
  }
  framer_.reset();
  held_.hold(0);
  owner_.ended(*this);
}

void LineConnection::watch_idleness() {
  if (owner_.idle_timeout.count() == 0) return;
  idle_.expires_after(owner_.idle_timeout);
  idle_.async_wait([self = shared_from_this()](error_code cancelled) {
    if (cancelled || self->over_) return;
    log_info("an intake connection was idle for too long and is closed",
             {{"source", self->source_.name()}});
    self->end();
  });
}

}  // namespace fortnight::daemon
