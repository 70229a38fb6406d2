#include "daemon/line/query_connection.h"

#include <algorithm>
#include <utility>

#include "daemon/access.h"
#include "daemon/log.h"
#include "daemon/net/parting.h"

namespace fortnight::daemon {
namespace {

using boost::system::error_code;
// Maximum bytes of requests held while one is answered.
constexpr std::size_t kMaxAhead = 2 * query::kMaxRequestBytes;
// A reader that takes no byte for this long is disconnected.
constexpr std::chrono::seconds kReaderTime{60};
// A request runs for this long before the peer's state is checked.
constexpr std::chrono::milliseconds kPeerTime{250};
// A connection above the maximum is kept for this long without a request.
constexpr std::chrono::seconds kLimitedTime{1};
// The kernel's send buffer, in addition to the answer's buffer.
constexpr int kSendBuffer = 256 << 10;
// The message of kNoMore.
constexpr std::string_view kTooMany =
    QueryConnection::kNoMore.substr(10, QueryConnection::kNoMore.size() - 11);
constexpr std::string_view kNoAuth =
    "this port requires no token: it listens on loopback addresses only";
constexpr std::string_view kRequestOverstayed =
    "ERR limit the request didn't end in time, while memory for requests was short\n";

}  // namespace

QueryConnection::QueryConnection(StreamSocket socket, Owner& owner)
    : socket_(std::move(socket)),
      owner_(owner),
      peer_(address_of_peer(socket_)),
      held_(owner.lines),
      answers_(std::make_shared<AnswerBuffer>(owner.queries.space())),
      request_(socket_.get_executor(), *this, owner.queries, answers_, peer_) {}

void QueryConnection::start(bool limited) {
  limited_ = limited;
  error_code failed;
  socket_.non_blocking(true, failed);
  socket_.set_option(boost::asio::socket_base::send_buffer_size(kSendBuffer), failed);
  read();
}

void QueryConnection::close() {
  quitting_ = true;
  reading_ended_ = true;
  request_.hurry();
  end_if_done();
}

void QueryConnection::read() {
  if (reading_ || reading_ended_ || over_ || ahead_.size() > kMaxAhead) return;
  if (held_.allowance() == 0) return;  // tick() tries again
  reading_ = true;
  socket_.async_wait(StreamSocket::wait_read, [self = own()](error_code failed) {
    self->reading_ = false;
    if (failed) return self->end();
    self->readable();
  });
}

void QueryConnection::readable() {
  if (over_) return;
  const std::size_t most = std::min(owner_.input.size(), held_.allowance());
  if (most == 0) return;
  error_code failed;
  const std::size_t count =
      socket_.read_some(boost::asio::buffer(owner_.input.data(), most), failed);
  if (failed == boost::asio::error::would_block) return read();
  received(failed, count);
}

void QueryConnection::received(error_code failed, std::size_t count) {
  if (failed && failed != boost::asio::error::eof) return end();
  reading_ended_ = reading_ended_ || failed;
  const std::string_view bytes(owner_.input.data(), count);
  if (opening_.feed(bytes) == Opening::Kind::undecided && reading_ended_) opening_.finish();
  if (opening_.kind() == Opening::Kind::http || opening_.kind() == Opening::Kind::tls) {
    owner_.port.note_wrong_port(name_of(opening_.kind()));
    return part(wrong_port_line(opening_.kind()));
  }
  ahead_.append(bytes);
  hold();
  if (reading_ended_) request_.finish();
  next();
}

// Answers the next request, if there is one and no other is being answered.
void QueryConnection::next() {
  while (!busy_ && !quitting_ && !over_ && !answers_->full()) {
    if (auto request = reader_.next()) {
      held_.renew();
      handle(*request);
    } else if (!ahead_.empty()) {
      reader_.feed(std::exchange(ahead_, {}));
    } else if (reading_ended_ && !std::exchange(fed_end_, true)) {
      reader_.finish();
    } else {
      break;
    }
  }
  hold();
  end_if_done();
  read();
}

void QueryConnection::hold() { held_.hold(ahead_.size() + reader_.held()); }

void QueryConnection::handle(const query::RequestReader::Request& request) {
  busy_ = true;
  busy_since_ = Clock::now();
  if (request.error) return done(*request.error);
  query::RequestLine line(request.line);
  const query::Weight weight = line.weight();
  const bool reads = weight == query::Weight::calls || weight == query::Weight::endless;
  if (limited_ && reads) limited_ = !owner_.port.has_room();
  if (limited_ && reads) {
    owner_.port.count_refused();
    quits_ = true;
    return done(query::too_busy(std::string(kTooMany)));
  }
  if (auto denied = why_not({peer_}, right_for(line))) return done(std::move(*denied));
  if (line.action() == query::Action::authenticate) {
    return done(query::RequestError("no-auth", std::string(kNoAuth)));
  }
  quits_ = line.action() == query::Action::quit;
  request_.start(std::move(line), encoder_);
  if (reading_ended_) request_.finish();
}

void QueryConnection::ended(const query::Closing& closing) {
  done(closing);
  next();
}

void QueryConnection::done(const query::Closing& closing) {
  busy_ = false;
  answered_at_ = idle_since_ = Clock::now();
  quitting_ = quitting_ || std::exchange(quits_, false);
  std::string line;
  encoder_->close(closing, line);
  answers_->close_answer(line);
  write();
}

void QueryConnection::write() {
  if (over_ || !writing_.empty()) return;
  writing_ = answers_->take();
  if (!writing_.empty()) write_rest(0);
}

// Writes the current piece from `begin` on.
void QueryConnection::write_rest(std::size_t begin) {
  socket_.async_write_some(boost::asio::buffer(writing_.data() + begin, writing_.size() - begin),
                           [self = own(), begin](error_code failed, std::size_t count) {
                             if (failed || self->over_) return self->end();
                             self->written_ += count;
                             self->answers_->taken(count);
                             if (begin + count < self->writing_.size()) {
                               self->write_rest(begin + count);
                             } else {
                               self->writing_ = {};
                               self->write();
                             }
                             self->request_.room_made();
                             if (!self->busy_) self->next();
                           });
}

void QueryConnection::end_if_done() {
  const bool no_more = quitting_ || (fed_end_ && ahead_.empty());
  if (no_more && !busy_ && answers_->held() == 0) end();
}

void QueryConnection::end() {
  if (std::exchange(over_, true)) return;
  const auto self = own();  // `ended` may release the last owner
  request_.abandon();
  ahead_ = {};
  held_.hold(0);
  error_code ignored;
  socket_.shutdown(StreamSocket::shutdown_both, ignored);
  socket_.close(ignored);
  owner_.port.ended(*this);
}

void QueryConnection::part(std::string_view line) {
  if (over_) return;
  error_code ignored;
  socket_.cancel(ignored);
  part_with(std::move(socket_), line);
  end();
}

bool QueryConnection::peer_is_gone() {
  const auto other = owner_.port.peers().find(socket_);
  return other && !other->held;
}

void QueryConnection::tick() {
  if (over_) return;
  const Clock::time_point now = Clock::now();
  request_.room_made();
  read();
  if (held_.overstays()) {
    held_.count_as_given_up();
    return part(kRequestOverstayed);
  }
  const bool unsent = answers_->held() != 0;
  if (!unsent) progress_.begin();
  stalled_for_ =
      unsent ? progress_.stalled_for(socket_, written_, owner_.port.peers()) : Clock::duration();
  if (stalled_for_ > kReaderTime) {
    log_info("a client read nothing of its answer for too long and is disconnected",
             {{"seconds", kReaderTime.count()}});
    return end();
  }
  if (busy_) {
    if (!reading_ && now - busy_since_ > kPeerTime && peer_is_gone()) end();
    return;
  }
  if (unsent) return;
  if (limited_ && now - idle_since_ > kLimitedTime) {
    owner_.port.count_refused();
    return part(kNoMore);
  }
  if (owner_.idle_timeout.count() != 0 && now - idle_since_ > owner_.idle_timeout) end();
}

std::optional<QueryConnection::Clock::time_point> QueryConnection::idle_since() const {
  if (busy_ || answers_->held() != 0) return std::nullopt;
  return idle_since_;
}

std::size_t QueryConnection::waiting_sums() const {
  const std::size_t held = answers_->held();
  return !busy_ && held > AnswerBuffer::kBound ? held - AnswerBuffer::kBound : 0;
}

void QueryConnection::cut_answer() {
  answers_->cut_answer(
      "ERR limit the answer wasn't read soon enough, and others need its memory\n");
  write();
}

}  // namespace fortnight::daemon
