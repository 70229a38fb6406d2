#include "daemon/queries/running_request.h"

#include <boost/asio/post.hpp>
#include <utility>

namespace fortnight::daemon {
namespace {

constexpr std::chrono::milliseconds kFollowInterval{100};
// A FOLLOW whose peer has closed its side ends if the reader takes no byte for this long.
constexpr std::chrono::seconds kLastReaderTime{5};

}  // namespace

RunningRequest::RunningRequest(boost::asio::any_io_executor loop, Client& client, Queries& queries,
                               std::shared_ptr<AnswerBuffer> buffer, std::string peer)
    : loop_(std::move(loop)),
      client_(client),
      queries_(queries),
      buffer_(std::move(buffer)),
      peer_(std::move(peer)),
      follow_timer_(loop_) {}

template <typename Then>
auto RunningRequest::on_loop(Then then) {
  return [loop = loop_, keep = client_.keep_alive(), then = std::move(then)](auto... of) {
    boost::asio::post(loop,
                      [keep, then, ... of = std::move(of)]() mutable { then(std::move(of)...); });
  };
}

void RunningRequest::start(query::RequestLine line, std::shared_ptr<AnswerEncoder> encoder) {
  running_ = true;
  encoder_ = std::move(encoder);
  line.set_peer(peer_);
  if (line.action() == query::Action::follow) return follow(std::move(line));
  execute(std::move(line));
}

void RunningRequest::room_made() {
  if (!paused_ || !(abandoned_ || hurries_ || buffer_->wants_more())) return;
  paused_ = false;
  queries_.runner().go_on(answer_);
}

void RunningRequest::finish() {
  last_ = true;
  if (follow_ && !polling_) proceed_with_follow();
}

void RunningRequest::hurry() {
  hurries_ = true;
  finish();
  room_made();
}

void RunningRequest::abandon() {
  abandoned_ = true;
  buffer_->abandon();
  follow_timer_.cancel();
  if (!polling_) follow_.reset();
  room_made();
}

std::string RunningRequest::follow_position() const {
  return follow_ && !polling_ ? follow_->position() : std::string();
}

void RunningRequest::execute(query::RequestLine line) {
  QueryRunner::Events events;
  events.waits_for_room = on_loop([this] {
    paused_ = true;
    room_made();
    if (paused_) client_.written();  // even if the connection would rather wait for more rows
  });
  events.done = on_loop([this](const query::Closing& closing) { done(closing); });
  answer_ = queries_.runner().answer(job(), queries_.context(), std::move(line), std::move(events));
}

void RunningRequest::done(const query::Closing& closing) {
  answer_.reset();
  encoder_.reset();
  running_ = false;
  if (!abandoned_) client_.ended(closing);
}

void RunningRequest::follow(query::RequestLine line) {
  queries_.runner().start_follow(
      peer_, queries_.context(), std::move(line),
      on_loop([this](const std::shared_ptr<query::Follow::Started>& started) {
        if (started->follow == nullptr) return done(started->error);
        follow_ = std::move(started->follow);
        if (!abandoned_) client_.following();
        follow_on(query::Follow::State::more);
      }));
}

void RunningRequest::follow_on(query::Follow::State state) {
  polling_ = false;
  if (abandoned_) return follow_.reset();
  if (state == query::Follow::State::ended) {
    follow_timer_.cancel();
    return done(std::exchange(follow_, nullptr)->closing());
  }
  if (state == query::Follow::State::more || last_) return proceed_with_follow();
  wait_to_poll();
}

// A slow reader gets no more rows until it has read the pending ones.
void RunningRequest::proceed_with_follow() {
  if (buffer_->wants_more()) {
    return last_ || follow_->has_more() ? poll_follow() : wait_to_poll();
  }
  if (last_ && (hurries_ || client_.reader_stalls() > kLastReaderTime)) return miss_the_rest();
  wait_to_poll();
}

void RunningRequest::wait_to_poll() {
  follow_timer_.expires_after(kFollowInterval);
  follow_timer_.async_wait(
      [this, keep = client_.keep_alive()](boost::system::error_code cancelled) {
        // A timer that expired before it was cancelled still calls its handler.
        if (cancelled || follow_ == nullptr || polling_) return;
        proceed_with_follow();
      });
}

void RunningRequest::poll_follow() {
  polling_ = true;
  queries_.runner().poll(job(), *follow_, last_,
                         on_loop([this](query::Follow::State state) { follow_on(state); }));
}

void RunningRequest::miss_the_rest() {
  polling_ = true;
  queries_.runner().miss_the_rest(job(), *follow_,
                                  on_loop([this] { follow_on(query::Follow::State::ended); }));
}

QueryRunner::Job RunningRequest::job() {
  return {buffer_, peer_, encoder_, on_loop([this] { client_.written(); })};
}

}  // namespace fortnight::daemon
