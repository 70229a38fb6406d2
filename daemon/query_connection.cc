#include "daemon/query_connection.h"

#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <utility>

#include "daemon/peer.h"

namespace fortnight::daemon {
namespace {

using boost::system::error_code;
// Bytes of requests held while one is answered.
constexpr std::size_t kMaxAhead = 2 * query::kMaxRequestBytes;
constexpr std::chrono::milliseconds kFollowInterval{100};
// Once it has closed its side, a reader that makes no room for so many intervals is given up.
constexpr int kMostWaitsForRoom = 50;
// How long a request is answered before its peer is looked for, and until it is again.
constexpr std::chrono::milliseconds kPeerInterval{250};
constexpr std::string_view kNoAuth =
    "ERR no-auth this port asks for no token: it listens on the loopback alone";

}  // namespace

QueryConnection::QueryConnection(StreamSocket socket, const Owner& owner)
    : socket_(std::move(socket)),
      owner_(owner),
      idle_(socket_.get_executor()),
      follow_timer_(socket_.get_executor()),
      peer_timer_(socket_.get_executor()) {}

void QueryConnection::start() {
  watch_idleness();
  read();
}

void QueryConnection::close() {
  quitting_ = true;
  reading_ended_ = true;
  if (follow_ && !polling_) return proceed_with_follow();
  end_if_done();
}

void QueryConnection::read() {
  if (reading_ || reading_ended_ || over_ || ahead_.size() > kMaxAhead) return;
  reading_ = true;
  socket_.async_read_some(boost::asio::buffer(input_),
                          [self = shared_from_this()](error_code failed, std::size_t count) {
                            self->received(failed, count);
                          });
}

void QueryConnection::received(error_code failed, std::size_t count) {
  reading_ = false;
  if (failed && failed != boost::asio::error::eof) return end();
  reading_ended_ = reading_ended_ || failed;
  ahead_.append(input_.data(), count);
  if (follow_ && reading_ended_ && !polling_) return proceed_with_follow();
  next();
}

// Answers the next request, if there is one and none is being answered.
void QueryConnection::next() {
  while (!busy_ && !quitting_ && !over_) {
    if (auto request = reader_.next()) {
      handle(*request);
    } else if (!ahead_.empty()) {
      reader_.feed(std::exchange(ahead_, {}));
    } else if (reading_ended_ && !std::exchange(fed_end_, true)) {
      reader_.finish();
    } else {
      break;
    }
  }
  end_if_done();
  read();
}

void QueryConnection::handle(const query::RequestReader::Request& request) {
  idle_.cancel();
  busy_ = true;
  if (!request.error.empty()) return done(request.error, false);
  switch (query::action_of(request.line)) {
    case query::Action::authenticate:
      return done(std::string(kNoAuth), false);
    case query::Action::follow:
      return follow(request.line);
    case query::Action::answer:
      return execute(request.line, false);
    case query::Action::quit:
      return execute(request.line, true);
  }
}

void QueryConnection::execute(const std::string& line, bool quit) {
  watch_peer();
  owner_.runner.execute(job(), owner_.context(), line,
                        [self = shared_from_this(), quit](const std::string& closing) {
                          boost::asio::post(self->socket_.get_executor(), [self, closing, quit] {
                            self->done(closing, quit);
                            self->next();
                          });
                        });
}

void QueryConnection::done(const std::string& closing, bool quit) {
  busy_ = false;
  peer_timer_.cancel();
  quitting_ = quitting_ || quit;
  answers_->add(closing + "\n");
  write();
  watch_idleness();
}

void QueryConnection::follow(const std::string& line) {
  owner_.runner.start_follow(
      owner_.context(), line, [self = shared_from_this()](query::Follow::Started started) {
        auto shared = std::make_shared<query::Follow::Started>(std::move(started));
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

// A reader that is slow is given no more until it has taken what there is.
void QueryConnection::proceed_with_follow() {
  if (!answers_->full()) {
    waits_for_room_ = 0;
    return poll_follow();
  }
  if (reading_ended_ && (quitting_ || ++waits_for_room_ > kMostWaitsForRoom)) {
    return miss_the_rest();
  }
  wait_to_poll();
}

void QueryConnection::wait_to_poll() {
  follow_timer_.expires_after(kFollowInterval);
  follow_timer_.async_wait([self = shared_from_this()](error_code cancelled) {
    // A time that had passed before it was cancelled is told all the same.
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
  return {answers_, [self = shared_from_this()] {
            boost::asio::post(self->socket_.get_executor(), [self] { self->write(); });
          }};
}

void QueryConnection::write() {
  if (over_ || !writing_.empty()) return;
  writing_ = answers_->take();
  if (writing_.empty()) return;
  boost::asio::async_write(socket_, boost::asio::buffer(writing_),
                           [self = shared_from_this()](error_code failed, std::size_t count) {
                             if (failed) return self->end();
                             self->answers_->taken(count);
                             self->writing_.clear();
                             self->write();
                             self->end_if_done();
                           });
}

void QueryConnection::end_if_done() {
  const bool no_more = quitting_ || (fed_end_ && ahead_.empty());
  if (no_more && !busy_ && answers_->empty()) end();
}

void QueryConnection::end() {
  if (std::exchange(over_, true)) return;
  const auto self = shared_from_this();  // the last owner may be the one told
  answers_->abandon();
  idle_.cancel();
  follow_timer_.cancel();
  peer_timer_.cancel();
  error_code ignored;
  socket_.shutdown(StreamSocket::shutdown_both, ignored);
  socket_.close(ignored);
  owner_.ended(*this);
}

void QueryConnection::watch_peer() {
  peer_timer_.expires_after(kPeerInterval);
  peer_timer_.async_wait([self = shared_from_this()](error_code cancelled) {
    if (cancelled || self->over_ || !self->busy_) return;
    if (!self->reading_ && peer_is_gone(self->socket_)) return self->end();
    self->watch_peer();
  });
}

void QueryConnection::watch_idleness() {
  if (owner_.idle_timeout.count() == 0) return;
  idle_.expires_after(owner_.idle_timeout);
  idle_.async_wait([self = shared_from_this()](error_code cancelled) {
    if (!cancelled && !self->busy_) self->end();
  });
}

}  // namespace fortnight::daemon
