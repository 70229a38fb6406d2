#include "daemon/queries/client_connection.h"

#include <algorithm>
#include <utility>

#include "daemon/log.h"
#include "daemon/net/parting.h"
#include "daemon/queries/query_port.h"

namespace fortnight::daemon {
namespace {

// A reader that takes no byte for this long is disconnected.
constexpr std::chrono::seconds kReaderTime{60};
// A request runs for this long before the peer's state is checked.
constexpr std::chrono::milliseconds kPeerTime{250};
// A connection above the maximum is kept for this long without a request.
constexpr std::chrono::seconds kLimitedTime{1};
// The kernel's send buffer, in addition to the answer's buffer.
constexpr int kSendBuffer = 256 << 10;

}  // namespace

ClientConnection::ClientConnection(Stream stream, Owner& owner)
    : stream_(std::move(stream)),
      owner_(owner),
      peer_(address_of_peer(stream_.socket())),
      user_(owner.queries.gate().who_connected(stream_)),
      held_(owner.lines),
      answers_(std::make_shared<AnswerBuffer>(owner.queries.space())),
      request_(stream_.get_executor(), *this, owner.queries, answers_, peer_) {}

void ClientConnection::start(bool limited) {
  limited_ = limited;
  boost::system::error_code ignored;
  stream_.socket().set_option(boost::asio::socket_base::send_buffer_size(kSendBuffer), ignored);
  read();
}

void ClientConnection::close() {
  quitting_ = true;
  reading_ended_ = true;
  request_.hurry();
  end_if_done();
}

void ClientConnection::read() {
  if (reading_ || reading_ended_ || over_ || !may_read()) return;
  if (held_.allowance() == 0) return;  // tick() tries again
  reading_ = true;
  stream_.async_wait_read([this, self = shared_from_this()](boost::system::error_code failed) {
    reading_ = false;
    if (failed) return end();
    readable();
  });
}

void ClientConnection::readable() {
  if (over_) return;
  const std::size_t most = std::min(owner_.input.size(), held_.allowance());
  if (most == 0) return;
  boost::system::error_code failed;
  const std::size_t count =
      stream_.read_some(boost::asio::buffer(owner_.input.data(), most), failed);
  if (failed == boost::asio::error::would_block) return read();
  received(failed, count);
}

void ClientConnection::received(boost::system::error_code failed, std::size_t count) {
  if (failed && failed != boost::asio::error::eof) return end();
  reading_ended_ = reading_ended_ || failed;
  if (!feed({owner_.input.data(), count})) return;
  hold();
  if (reading_ended_) request_.finish();
  next();
}

void ClientConnection::begin_request() {
  busy_ = true;
  busy_since_ = Clock::now();
}

void ClientConnection::end_request() {
  busy_ = false;
  idle_since_ = Clock::now();
}

bool ClientConnection::has_room_to_query() {
  if (limited_) limited_ = !owner_.port.has_room();
  if (limited_) owner_.port.count_refused();
  return !limited_;
}

bool ClientConnection::overstays_limit() {
  if (!limited_ || Clock::now() - idle_since_ <= kLimitedTime) return false;
  owner_.port.count_refused();
  return true;
}

void ClientConnection::end() {
  if (std::exchange(over_, true)) return;
  const auto self = shared_from_this();  // `ended` may release the last owner
  request_.abandon();
  held_.hold(0);
  stream_.close();
  owner_.port.ended(*this);
}

void ClientConnection::part(std::string_view last) {
  if (over_) return;
  stream_.cancel();
  part_with(std::move(stream_), last);
  end();
}

ClientConnection::Clock::duration ClientConnection::reader_stalls() {
  return progress_.stalled_for(stream_, written_, owner_.port.peers());
}

bool ClientConnection::peer_is_gone() {
  const auto other = owner_.port.peers().find(stream_.socket());
  return other && !other->held;
}

void ClientConnection::tick() {
  if (over_) return;
  request_.room_made();
  read();
  const bool unsent = has_unsent();
  if (!unsent) progress_.begin();
  stalled_for_ = unsent ? reader_stalls() : Clock::duration();
  if (stalled_for_ > kReaderTime) {
    log_info("a client read nothing of its answer for too long and is disconnected",
             {{"seconds", kReaderTime.count()}});
    return end();
  }
  const bool hidden = busy_ && !reading_ && Clock::now() - busy_since_ > kPeerTime;
  if (hidden && peer_is_gone()) return end();
  check_deadlines();
}

std::optional<ClientConnection::Clock::time_point> ClientConnection::idle_since() const {
  if (busy_ || has_unsent() || is_receiving()) return std::nullopt;
  return idle_since_;
}

std::size_t ClientConnection::waiting_sums() const {
  const std::size_t held = answers_->held();
  return !request_.running() && held > AnswerBuffer::kBound ? held - AnswerBuffer::kBound : 0;
}

}  // namespace fortnight::daemon
