#include "daemon/ingest/ingest_connection.h"

#include <algorithm>
#include <utility>

#include "daemon/ingest/credentials.h"
#include "daemon/ingest/line_bodies.h"
#include "daemon/ingest/line_taker.h"
#include "daemon/ingest/record_bodies.h"
#include "daemon/log.h"
#include "daemon/net/parting.h"
#include "daemon/net/peer.h"

namespace fortnight::daemon {
namespace {

using boost::system::error_code;
// Minimum size of a read.
constexpr std::size_t kLeastBodyRead = 4096;
// A request waits for so long for room in the queue. Senders retry later, and usually wait for
// some tens of seconds before that.
constexpr std::chrono::seconds kRoomTime{5};
// A request must come with pauses of at most this, and as a whole within the second.
constexpr std::chrono::seconds kBodyPause{30};
constexpr std::chrono::minutes kBodyTime{5};
// A connection without a request is closed after this time.
constexpr std::chrono::seconds kQuietTime{75};
constexpr std::string_view kNoTlsHere =
    "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nContent-Length: 40\r\n"
    "Connection: close\r\n\r\nThis port speaks no TLS: write http://\r\n";

Problem full_queue() {
  return {429, "rate", "calls arrive faster than the disk can write: send this again later"};
}

// Takes the body's lines and returns the answer. After a problem nothing was taken.
boost::system::result<Reply, Problem> take_any_body(const IngestRequest& asked, Body& body,
                                                    std::size_t most, LineTaker& taker) {
  if (asked.api == IngestApi::lines) return take_line_body(body, taker);
  if (asked.api == IngestApi::bulk) {
    return take_bulk_body(body, asked.index, [&](std::string_view document, std::uint64_t number) {
      return taker.take_record(document, number);
    });
  }
  return take_record_body(asked.api, body, most, taker);
}

}  // namespace

IngestConnection::IngestConnection(Stream stream, const Owner& owner)
    : stream_(std::move(stream)),
      owner_(owner),
      peer_(address_of_peer(stream_.socket())),
      connected_(owner.senders.who_connected(stream_)),
      held_(owner.bodies),
      reader_(owner.limits.received) {}

void IngestConnection::wait_readable() {
  if (over_ || reading_ended_) return;
  stream_.async_wait_read([self = shared_from_this()](error_code failed) {
    if (failed) return self->end();
    self->read();
  });
}

void IngestConnection::read() {
  if (over_ || busy_ || reading_ended_) return;
  const std::size_t allowance = held_.allowance();
  if (allowance == 0) {
    short_ = true;  // tick() resumes it
    return;
  }
  error_code failed;
  const std::size_t most = std::min(owner_.input.size(), std::max(allowance, kLeastBodyRead));
  const std::size_t count =
      stream_.read_some(boost::asio::buffer(owner_.input.data(), most), failed);
  if (failed == boost::asio::error::would_block) return wait_readable();
  if (failed == boost::asio::error::eof) {
    reading_ended_ = true;  // of a request that is cut off, nothing more comes
    return end_if_done();
  }
  if (failed) return end();
  last_read_ = Clock::now();
  const std::string_view bytes(owner_.input.data(), count);
  if (!std::exchange(heard_, true) && bytes.starts_with(kTlsHandshake)) {
    owner_.wrong_port(Opening::Kind::tls);
    return part(kNoTlsHere);
  }
  reader_.feed(bytes);
  next();
}

void IngestConnection::next() {
  while (!busy_ && !over_) {
    auto request = reader_.next();
    if (!request) break;
    receiving_ = false;
    held_.renew();
    handle(std::move(*request));
  }
  if (over_) return;
  if (!busy_) {
    if (reader_.within() && !std::exchange(receiving_, true)) receiving_since_ = Clock::now();
    if (reader_.awaits_continue()) {
      constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
      // A client that gets nothing sends its body after a while.
      stream_.write_at_once(boost::asio::buffer(kContinue.data(), kContinue.size()));
    }
  }
  held_.hold(reader_.held() + stream_.held() + (pending_ ? pending_->body.capacity() : 0));
  if (!busy_) wait_readable();
}

void IngestConnection::handle(HttpRequest request) {
  busy_ = true;
  // HTTP/1.0 would need another header to keep the connection.
  keeps_alive_ = request.keeps_alive && request.chunks && !closing_;
  if (request.problem) return refuse(*request.problem);
  auto understood = understand_ingest(request);
  if (auto* const reply = std::get_if<Reply>(&understood)) {
    return send(*reply);
  }
  auto sender = sender_of(request);
  if (!sender) return refuse(Problem(sender.error()));
  auto& asked = std::get<IngestRequest>(understood);
  if (asked.answer) return send(*asked.answer);
  pending_.emplace(
      Pending{std::move(asked), std::move(*sender), std::move(request.body),
              std::move(request.headers[static_cast<std::size_t>(Header::content_encoding)])});
  take();
}

query::Parsed<access::Reader> IngestConnection::sender_of(const HttpRequest& request) const {
  access::Reader sender = connected_;
  if (const std::string& text = request[Header::authorization]; !text.empty()) {
    const auto token = token_in(text);
    if (!token) {
      return query::RequestError("not-authenticated",
                                 "the Authorization header has no token: Bearer TOKEN, or Basic "
                                 "with the token as the password");
    }
    FORTNIGHT_ASSIGN(sender, owner_.senders.who_has(*token, peer_));
  }
  if (auto refused = owner_.senders.why_not(sender)) return std::move(*refused);
  return sender;
}

void IngestConnection::take() {
  if (over_ || !pending_) return;
  if (!pending_->asked.dry_run && !owner_.gatherer.has_room()) {
    owner_.gatherer.when_room([self = shared_from_this()] { self->take(); });
    return;
  }
  take_body(*std::exchange(pending_, std::nullopt));
}

void IngestConnection::take_body(Pending pending) {
  auto source = owner_.sources.find(pending.asked.source, pending.asked.format);
  if (!source) return refuse(Problem(source.error()));
  const std::string_view sender = pending.sender ? pending.sender->name() : std::string_view();
  const IngestRequest& asked = pending.asked;
  const bool remembers = !asked.batch.empty() && !asked.dry_run;
  if (remembers) {
    // Its lines may still be on the way to the disk.
    if (const auto known = owner_.batches.find((*source)->name(), sender, asked.batch)) {
      return answer_when_durable(known_batch_reply(*known));
    }
  }
  auto body = decode_body(std::move(pending.body), pending.coding, owner_.limits.decoded);
  if (!body) return refuse(body.error());
  LineTaker taker(**source, pending.sender.get(), asked.dry_run);
  auto reply = take_any_body(asked, *body, owner_.limits.decoded, taker);
  if (!reply) return refuse(reply.error());
  if (asked.dry_run) return send(*reply);
  if (remembers) {
    owner_.batches.remember((*source)->name(), sender, asked.batch, taker.counts());
  }
  owner_.gatherer.added();
  answer_when_durable(*std::move(reply));
}

void IngestConnection::answer_when_durable(Reply reply) {
  owner_.gatherer.when_durable([self = shared_from_this(), reply = std::move(reply)] {
    if (!self->over_) self->send(reply);
  });
}

void IngestConnection::refuse(const Problem& problem) { send(problem_reply(problem)); }

void IngestConnection::send(const Reply& reply) {
  keeps_alive_ = keeps_alive_ && !closing_;
  BodyLength length{reply.body.size()};
  if (reply.status == 204) length.bytes.reset();
  writing_ =
      head_of(reply.status, reply.headers, length, keeps_alive_, std::chrono::system_clock::now());
  if (!reply.without_body) writing_ += reply.body;
  write_rest(0);
}

void IngestConnection::write_rest(std::size_t begin) {
  const auto rest = boost::asio::buffer(writing_.data() + begin, writing_.size() - begin);
  stream_.async_write_some(
      {rest, {}}, [self = shared_from_this(), begin](error_code failed, std::size_t count) {
        if (failed || self->over_) return self->end();
        if (begin + count < self->writing_.size()) return self->write_rest(begin + count);
        self->written();
      });
}

void IngestConnection::written() {
  std::string().swap(writing_);
  busy_ = false;
  idle_since_ = Clock::now();
  if (!keeps_alive_ || closing_) return part("");
  next();
}

void IngestConnection::tick() {
  if (over_) return;
  if (std::exchange(short_, false)) read();
  if (!over_) check_deadlines();
}

void IngestConnection::check_deadlines() {
  const auto now = Clock::now();
  if (pending_ && now - pending_->since > kRoomTime) {
    pending_.reset();
    const std::string why = owner_.paused();
    return refuse(why.empty() ? full_queue() : Problem(503, "paused", why));
  }
  if (busy_) return;
  const auto give_up = [this](const Problem& problem) {
    busy_ = true;
    keeps_alive_ = false;
    refuse(problem);
  };
  if (held_.overstays()) {
    held_.count_as_given_up();
    return give_up(Problem(query::too_busy("memory for requests is short")));
  }
  if (receiving_ && (now - last_read_ > kBodyPause || now - receiving_since_ > kBodyTime)) {
    return give_up({408, "timeout", "the request didn't end in time"});
  }
  if (!receiving_ && now - idle_since_ > kQuietTime) end();
}

std::optional<IngestConnection::Clock::time_point> IngestConnection::idle_since() const {
  if (over_ || busy_ || receiving_ || stream_.has_unread()) return std::nullopt;
  return idle_since_;
}

void IngestConnection::close() {
  closing_ = true;
  if (!busy_) end();
}

void IngestConnection::end_if_done() {
  if (reading_ended_ && !busy_) end();
}

void IngestConnection::end() {
  if (std::exchange(over_, true)) return;
  const auto self = shared_from_this();  // `ended` may release the last owner
  pending_.reset();
  stream_.close();
  held_.hold(0);
  owner_.ended(*this);
}

void IngestConnection::part(std::string_view last) {
  if (over_) return;
  stream_.cancel();
  part_with(std::move(stream_), last);
  end();
}

}  // namespace fortnight::daemon
