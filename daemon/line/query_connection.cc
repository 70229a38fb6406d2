#include "daemon/line/query_connection.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <utility>

#include "daemon/line/parting.h"
#include "daemon/log.h"

namespace fortnight::daemon {
namespace {

using boost::system::error_code;
// Maximum bytes of requests held while one is answered.
constexpr std::size_t kMaxAhead = 2 * query::kMaxRequestBytes;
constexpr std::chrono::milliseconds kFollowInterval{100};
// A reader that takes no byte for this long is disconnected.
constexpr std::chrono::seconds kReaderTime{60};
// The same for a FOLLOW whose peer has closed its side.
constexpr std::chrono::seconds kLastReaderTime{5};
// A request runs for this long before the peer's state is checked.
constexpr std::chrono::milliseconds kPeerTime{250};
// A connection above the maximum is kept for this long without a request.
constexpr std::chrono::seconds kLimitedTime{1};
// The kernel's send buffer, in addition to the answer's buffer.
constexpr int kSendBuffer = 256 << 10;
constexpr std::string_view kNoAuth =
    "ERR no-auth this port requires no token: it listens on loopback addresses only";
constexpr std::string_view kRequestOverstayed =
    "ERR limit the request didn't end in time, while memory for requests was short\n";

}  // namespace

QueryConnection::QueryConnection(StreamSocket socket, Owner& owner)
    : socket_(std::move(socket)),
      owner_(owner),
      peer_(address_of_peer(socket_)),
      follow_timer_(socket_.get_executor()),
      held_(owner.lines),
      answers_(std::make_shared<AnswerBuffer>(owner.space)) {}

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
  if (follow_ && !polling_) return proceed_with_follow();
  if (std::exchange(paused_, false)) owner_.runner.go_on(answer_);  // it ends at once
  end_if_done();
}

void QueryConnection::read() {
  if (reading_ || reading_ended_ || over_ || ahead_.size() > kMaxAhead) return;
  if (held_.allowance() == 0) return;  // tick() tries again
  reading_ = true;
  socket_.async_wait(StreamSocket::wait_read, [self = shared_from_this()](error_code failed) {
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
    owner_.wrong_port(opening_.kind());
    return part(wrong_port_line(opening_.kind()));
  }
  ahead_.append(bytes);
  hold();
  if (follow_ && reading_ended_ && !polling_) return proceed_with_follow();
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
  if (!request.error.empty()) return done(request.error, false);
  query::RequestLine line(request.line);
  const query::Weight weight = line.weight();
  const bool reads = weight == query::Weight::calls || weight == query::Weight::endless;
  if (limited_ && reads) limited_ = !owner_.make_room();
  if (limited_ && reads) {
    owner_.refused();
    return done(std::string(kNoMore.substr(0, kNoMore.size() - 1)), true);
  }
  switch (line.action()) {
    case query::Action::authenticate:
      return done(std::string(kNoAuth), false);
    case query::Action::follow:
      return follow(std::move(line));
    case query::Action::answer:
      return execute(std::move(line), false);
    case query::Action::quit:
      return execute(std::move(line), true);
  }
}

void QueryConnection::execute(query::RequestLine line, bool quit) {
  QueryRunner::Events events;
  events.waits_for_room = [self = shared_from_this()] {
    boost::asio::post(self->socket_.get_executor(), [self] {
      self->paused_ = true;
      self->go_on_if_room();
    });
  };
  events.done = [self = shared_from_this(), quit](const std::string& closing) {
    boost::asio::post(self->socket_.get_executor(), [self, closing, quit] {
      self->answer_.reset();
      self->done(closing, quit);
      self->next();
    });
  };
  answer_ = owner_.runner.answer(job(), owner_.context(), std::move(line), std::move(events));
}

void QueryConnection::go_on_if_room() {
  if (!paused_ || !(over_ || quitting_ || answers_->wants_more())) return;
  paused_ = false;
  owner_.runner.go_on(answer_);
}

void QueryConnection::done(const std::string& closing, bool quit) {
  busy_ = false;
  answered_at_ = idle_since_ = Clock::now();
  quitting_ = quitting_ || quit;
  answers_->close_answer(closing + "\n");
  write();
}

void QueryConnection::follow(query::RequestLine line) {
  owner_.runner.start_follow(peer_, owner_.context(), std::move(line),
                             [self = shared_from_this()](query::Follow::Started started) {
                               auto shared =
                                   std::make_shared<query::Follow::Started>(std::move(started));
                               boost::asio::post(self->socket_.get_executor(), [self, shared] {
                                 if (shared->follow == nullptr) {
                                   self->done(shared->error, false);
                                   return self->next();
                                 }
                                 self->follow_ = std::move(shared->follow);
                                 self->follow_on(query::Follow::State::idle);
                               });
                             });
}

void QueryConnection::follow_on(query::Follow::State state) {
  polling_ = false;
  if (over_) return follow_.reset();
  if (state == query::Follow::State::ended) return end_follow();
  if (state == query::Follow::State::more || reading_ended_) return proceed_with_follow();
  wait_to_poll();
}

// A slow reader gets no more rows until it has read the pending ones.
void QueryConnection::proceed_with_follow() {
  if (answers_->wants_more()) return poll_follow();
  const bool given_up =
      quitting_ || progress_.stalled_for(socket_, written_, owner_.peers) > kLastReaderTime;
  if (reading_ended_ && given_up) return miss_the_rest();
  wait_to_poll();
}

void QueryConnection::wait_to_poll() {
  follow_timer_.expires_after(kFollowInterval);
  follow_timer_.async_wait([self = shared_from_this()](error_code cancelled) {
    // A timer that expired before it was cancelled still calls its handler.
    if (cancelled || self->follow_ == nullptr || self->polling_) return;
    self->proceed_with_follow();
  });
}

void QueryConnection::poll_follow() {
  polling_ = true;
  owner_.runner.poll(
      job(), *follow_, reading_ended_, [self = shared_from_this()](query::Follow::State state) {
        boost::asio::post(self->socket_.get_executor(), [self, state] { self->follow_on(state); });
      });
}

void QueryConnection::miss_the_rest() {
  polling_ = true;
  owner_.runner.miss_the_rest(job(), *follow_, [self = shared_from_this()] {
    boost::asio::post(self->socket_.get_executor(),
                      [self] { self->follow_on(query::Follow::State::ended); });
  });
}

void QueryConnection::end_follow() {
  follow_timer_.cancel();
  const std::string closing = std::exchange(follow_, nullptr)->closing();
  done(closing, false);
  next();
}

QueryRunner::Job QueryConnection::job() {
  return {answers_, peer_, [self = shared_from_this()] {
            boost::asio::post(self->socket_.get_executor(), [self] { self->write(); });
          }};
}

void QueryConnection::write() {
  if (over_ || !writing_.empty()) return;
  writing_ = answers_->take();
  if (!writing_.empty()) write_rest(0);
}

// Writes the current piece from `begin` on.
void QueryConnection::write_rest(std::size_t begin) {
  socket_.async_write_some(
      boost::asio::buffer(writing_.data() + begin, writing_.size() - begin),
      [self = shared_from_this(), begin](error_code failed, std::size_t count) {
        if (failed || self->over_) return self->end();
        self->written_ += count;
        self->answers_->taken(count);
        if (begin + count < self->writing_.size()) {
          self->write_rest(begin + count);
        } else {
          self->writing_ = {};
          self->write();
        }
        self->go_on_if_room();
        if (!self->busy_) self->next();
      });
}

void QueryConnection::end_if_done() {
  const bool no_more = quitting_ || (fed_end_ && ahead_.empty());
  if (no_more && !busy_ && answers_->held() == 0) end();
}

void QueryConnection::end() {
  if (std::exchange(over_, true)) return;
  const auto self = shared_from_this();  // `ended` may release the last owner
  answers_->abandon();
  follow_timer_.cancel();
  go_on_if_room();  // the query ends, since the reader is gone
  ahead_ = {};
  held_.hold(0);
  error_code ignored;
  socket_.shutdown(StreamSocket::shutdown_both, ignored);
  socket_.close(ignored);
  owner_.ended(*this);
}

void QueryConnection::part(std::string_view line) {
  if (over_) return;
  error_code ignored;
  socket_.cancel(ignored);
  part_with(std::move(socket_), line);
  end();
}

bool QueryConnection::peer_is_gone() {
  const auto other = owner_.peers.find(socket_);
  return other && !other->held;
}

void QueryConnection::tick() {
  if (over_) return;
  const Clock::time_point now = Clock::now();
  go_on_if_room();
  read();
  if (held_.overstays()) {
    held_.count_as_given_up();
    return part(kRequestOverstayed);
  }
  const bool unsent = answers_->held() != 0;
  if (!unsent) progress_.begin();
  stalled_for_ =
      unsent ? progress_.stalled_for(socket_, written_, owner_.peers) : Clock::duration();
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
    owner_.refused();
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

void QueryConnection::cut_answer(std::string_view error) {
  answers_->cut_answer(error);
  write();
}

}  // namespace fortnight::daemon
