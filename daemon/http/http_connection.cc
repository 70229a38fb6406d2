#include "daemon/http/http_connection.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <utility>

#include "base/json_members.h"
#include "base/require.h"
#include "daemon/http/encoders.h"
#include "query/answer_mark.h"
#include "query/validate.h"

namespace fortnight::daemon {
namespace {

using boost::system::error_code;
// A longer answer begins before it is complete.
constexpr std::size_t kHold = 64U << 10;
// So does a longer one of aggregates, all of whose rows come within milliseconds.
constexpr std::size_t kHoldAggregates = 1U << 20;
// So does one of lines whose rows have waited for this long.
constexpr std::chrono::milliseconds kHoldTime{200};
// Bytes of requests held while one is answered.
constexpr std::size_t kMaxBytesAhead = 64U << 10;
// A request must end within this time of its first byte.
constexpr std::chrono::seconds kReceivingTime{10};
// A connection without a request is closed after this time: browsers and proxies open another.
constexpr std::chrono::seconds kKeepAliveTime{75};
// Proxies and browsers give up on streams that are silent for longer.
constexpr std::chrono::seconds kEventInterval{15};

constexpr std::string_view kNoTls =
    "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nContent-Length: 40\r\n"
    "Connection: close\r\n\r\nThis port speaks no TLS: write http://\r\n";

constexpr std::string_view kUnchanging = "private, no-cache";

bool has_member(std::string_view summary, std::string_view name) {
  const auto members = members_of(summary);
  return std::any_of(members.begin(), members.end(),
                     [&](const JsonMember& member) { return member.key == name; });
}

// A member without escapes, without its quotes; empty if there is none.
std::string text_member(std::string_view summary, std::string_view name) {
  for (const JsonMember& member : members_of(summary)) {
    if (member.key == name) return std::string(member.value.substr(1, member.value.size() - 2));
  }
  return {};
}

// Whether the answer sends no row before its sums are complete, and then all of them.
bool aggregates(const Route& route) {
  const query::Verb verb = route.words->verb;
  return !route.explains && (verb == query::Verb::activity || verb == query::Verb::top ||
                             verb == query::Verb::values || verb == query::Verb::errors);
}

// Whether an answer with rows has calls. Without any, it may name the nearest one outside of its
// period, so it can change.
bool rows_have_calls(const Execution& execution) {
  return execution.route.words->verb != query::Verb::activity || execution.builder.has("by");
}

// A strong tag of the answer in its form; empty if the answer may change.
std::string etag_of(const Execution& execution, const query::Context& context) {
  const query::RequestLine line = execution.builder.request(execution.reader);
  const auto mark = query::answer_mark(context, line);
  if (!mark) return {};
  return fmt::format("\"{:016x}-{}-{}\"", *mark, static_cast<int>(execution.media),
                     name_of(execution.coding));
}

Problem request_timeout() { return {408, "timeout", "the request didn't end within 10 seconds"}; }
Problem no_memory() { return Problem(query::too_busy("memory for requests is short")); }
Problem too_many() {
  return Problem(query::too_busy("as many connections are open as may be (web.max_connections)"));
}

}  // namespace

HttpConnection::HttpConnection(Stream stream, Owner& owner)
    : ClientConnection(std::move(stream), owner),
      compressors_(owner.compressors),
      site_(owner.site),
      sessions_(owner.sessions) {}

std::size_t HttpConnection::held_bytes() const { return reader_.held(); }

// A request that is being received may be larger.
bool HttpConnection::may_read() const { return !busy_ || reader_.held() <= kMaxBytesAhead; }

bool HttpConnection::feed(std::string_view bytes) {
  if (!std::exchange(heard_, true) && bytes.starts_with(kTlsHandshake)) {
    owner_.port.note_wrong_port("TLS");
    part(kNoTls);
    return false;
  }
  reader_.feed(bytes);
  // An event stream has no end of its own: its client is gone.
  const bool streams = answer_ && answer_->execution.media == Media::event_stream;
  if (reading_ended_ && streams) end();
  return !over_;
}

void HttpConnection::next() {
  while (!busy_ && !quitting_ && !over_) {
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
  hold();
  end_if_done();
  read();
}

void HttpConnection::handle(HttpRequest request) {
  begin_request();
  chunks_ = request.chunks;
  // HTTP/1.0 would need another header to keep the connection.
  keeps_alive_ = request.keeps_alive && request.chunks;
  if (request.problem) return refuse(request, *request.problem);
  HttpDecision decision = decide(request, {user_, peer_}, site_);
  if (auto* reply = std::get_if<Reply>(&decision)) return send(*reply);
  if (auto* asked = std::get_if<SessionRequest>(&decision)) {
    return answer_session(std::move(*asked));
  }
  auto& execution = std::get<Execution>(decision);
  if (!has_room_to_query()) {
    keeps_alive_ = false;
    return refuse(request, too_many());
  }
  const auto context = owner_.queries.context();
  const std::string etag = etag_of(execution, *context);
  if (!etag.empty() && matches_etag(request[Header::if_none_match], etag)) {
    Reply reply;
    reply.status = 304;
    reply.headers.add("ETag", etag).add("Cache-Control", kUnchanging);
    return send(reply);
  }
  if (request.method == "HEAD") {
    const auto error = query::validate(*context, execution.builder.request(execution.reader));
    if (error) return refuse(request, execution.problem(*error));
    Reply reply;
    reply.headers = execution.headers;
    reply.headers.add("Cache-Control", "no-store");
    reply.without_body = true;
    return send(reply);
  }
  run(std::move(execution), etag);
}

void HttpConnection::write_head(unsigned status, HeaderLines headers, const BodyLength& length) {
  if (stream_.encrypted() && site_.hsts.count() != 0) {
    headers.add("Strict-Transport-Security", fmt::format("max-age={}", site_.hsts.count()));
  }
  writing_ += head_of(status, headers, length, keeps_alive_, std::chrono::system_clock::now());
}

void HttpConnection::answer_session(SessionRequest request) {
  FORTNIGHT_REQUIRE(sessions_ != nullptr);
  sessions_->answer(std::move(request), peer_,
                    [self = own(), loop = stream_.get_executor()](Reply reply) {
                      boost::asio::post(loop, [self, reply = std::move(reply)] {
                        if (!self->over_) self->send(reply);
                      });
                    });
}

void HttpConnection::refuse(const HttpRequest& request, const Problem& problem) {
  Reply reply = problem_reply(problem);
  reply.without_body = request.method == "HEAD";
  send(reply);
}

void HttpConnection::send(const Reply& reply) {
  const std::size_t size = reply.file.empty() ? reply.body.size() : reply.file.size();
  BodyLength length{size};
  // The length of an answer that HEAD leaves out isn't known.
  const bool unknown = reply.without_body && size == 0;
  if (reply.status == 204 || reply.status == 304 || unknown) length.bytes.reset();
  keeps_alive_ = keeps_alive_ && !quitting_;
  write_head(reply.status, reply.headers, length);
  ended_at_ = Clock::now();
  if (!reply.without_body) {
    writing_ += reply.body;
    file_ = reply.file;
  }
  write();
}

void HttpConnection::run(Execution execution, std::string etag) {
  EncoderOptions options;
  options.media = execution.media;
  answer_.emplace(std::move(execution));
  Answer& answer = *answer_;
  answer.etag = std::move(etag);
  const query::RequestLine line = answer.execution.builder.request(answer.execution.reader);
  if (options.media == Media::csv) {
    options.columns = answer.execution.columns(*owner_.queries.context());
  }
  options.problem = [this](const query::RequestError& error) {
    return answer_->execution.problem(error);
  };
  options.measurements = site_.measurements;
  answer.encoder =
      compressed(make_encoder(std::move(options)), answer.execution.coding, compressors_);
  request_.start(line, answer.encoder);
  if (reading_ended_) request_.finish();
}

void HttpConnection::following() {
  if (over_) return;
  if (answer_->execution.media == Media::event_stream) {
    answers_->close_answer(stream_beginning(request_.follow_position()));
  }
  last_event_ = Clock::now();
  begin();
  write();
}

void HttpConnection::ended(const query::Closing& closing) {
  Answer& answer = *answer_;
  ended_at_ = Clock::now();
  if (!answer.begun) {
    std::optional<Problem> problem;
    if (closing.error) {
      problem = answer.execution.problem(*closing.error);
    } else {
      problem = answer.execution.nothing_found(closing.summary());
    }
    if (problem) {
      answers_->clear();
      answer_.reset();
      return send(problem_reply(*problem));
    }
  }
  std::string rest;
  answer.encoder->close(closing, rest);
  answers_->close_answer(rest);
  answer.complete = true;
  // CSV has no errors, and a cache must not keep one for the answer.
  const bool tagged = answer.begun && !answer.etag.empty();
  answer.cut = closing.error && (tagged || answer.execution.media == Media::csv);
  if (!closing.error) {
    answer.next = text_member(closing.summary(), "next");
    // Without data, the answer names the nearest call outside of the period, if there is one.
    if (has_member(closing.summary(), "note")) answer.etag.clear();
  }
  write();
}

bool HttpConnection::may_begin() const {
  if (answer_->complete || request_.waits_for_room()) return true;
  if (aggregates(answer_->execution.route)) return answers_->held() >= kHoldAggregates;
  if (answers_->held() >= kHold) return true;
  const bool lines = answer_->execution.media != Media::json;
  return lines && answers_->held() > 0 && Clock::now() - busy_since_ > kHoldTime;
}

void HttpConnection::begin() {
  Answer& answer = *answer_;
  answer.begun = true;
  HeaderLines headers = answer.execution.headers;
  if (answer.execution.coding != Coding::identity) {
    headers.add("Content-Encoding", name_of(answer.execution.coding));
  }
  if (!answer.complete && !rows_have_calls(answer.execution)) answer.etag.clear();
  if (!answer.etag.empty()) {
    headers.add("ETag", answer.etag).add("Cache-Control", kUnchanging);
  } else {
    headers.add("Cache-Control", "no-store");
  }
  BodyLength length;
  if (answer.complete && !answer.cut) {
    length.bytes = answers_->held();
    if (!answer.next.empty() && !answer.execution.next_link.empty()) {
      headers.add("Link", "<" + answer.execution.next_link + percent_encoded(answer.next) +
                              ">; rel=\"next\"");
    }
  } else if (chunks_) {
    answer.chunked = length.chunked = true;
  } else {
    keeps_alive_ = false;
  }
  keeps_alive_ = keeps_alive_ && !quitting_ && !answer.cut;
  write_head(200, std::move(headers), length);
}

void HttpConnection::fill() {
  if (!answer_) return;
  if (!answer_->begun) {
    if (!may_begin()) return;
    begin();
  }
  const std::string piece = answers_->take();
  if (!piece.empty()) {
    writing_ += answer_->chunked ? chunk_of(piece) : piece;
    piece_ = piece.size();
  }
  // Nothing is being written, so what is held now has not been taken.
  if (!answer_->complete || answers_->held() != piece_) return;
  if (answer_->chunked && !answer_->cut) writing_ += kLastChunk;
  keeps_alive_ = keeps_alive_ && !answer_->cut;
  answer_.reset();
}

void HttpConnection::write() {
  if (over_ || in_flight_) return;
  fill();
  if (writing_.empty() && file_.empty()) return;
  in_flight_ = true;
  write_rest(0);
}

void HttpConnection::write_rest(std::size_t begin) {
  const TlsStream::Buffers rest = {
      boost::asio::buffer(writing_.data() + begin, writing_.size() - begin),
      boost::asio::buffer(file_.data(), file_.size())};
  stream_.async_write_some(rest, [self = own(), begin](error_code failed, std::size_t count) {
    if (failed || self->over_) return self->end();
    self->written_ += count;
    const std::size_t left = self->writing_.size() - begin;
    const std::size_t of_file = count > left ? count - left : 0;
    self->file_ = self->file_.subspan(of_file);
    if (count < left || !self->file_.empty()) {
      return self->write_rest(begin + std::min(count, left));
    }
    self->piece_written();
  });
}

void HttpConnection::piece_written() {
  in_flight_ = false;
  writing_ = {};
  answers_->taken(std::exchange(piece_, 0));
  request_.room_made();
  write();
  if (in_flight_ || over_) return;
  if (busy_ && !answer_ && !request_.running()) {
    end_request();
    if (!keeps_alive_) return part("");
  }
  if (!busy_) next();
}

void HttpConnection::end_if_done() {
  const bool no_more = quitting_ || (reading_ended_ && !reader_.within());
  // Of a request that is cut by the end of the stream, nothing more comes.
  const bool cut = reading_ended_ && !busy_;
  if ((no_more || cut) && !busy_ && !in_flight_) end();
}

void HttpConnection::check_deadlines() {
  const Clock::time_point now = Clock::now();
  const bool stream =
      answer_ && answer_->begun && !in_flight_ && answer_->execution.media == Media::event_stream;
  if (stream && now - last_event_ > kEventInterval) {
    last_event_ = now;
    answers_->close_answer(still_here(request_.follow_position()));
  }
  if (!busy_ && !in_flight_) check_receiving();
  if (!over_) write();
}

void HttpConnection::check_receiving() {
  const Clock::time_point now = Clock::now();
  const auto give_up = [this](const Problem& problem) {
    begin_request();
    keeps_alive_ = false;
    send(problem_reply(problem));
  };
  if (held_.overstays()) {
    held_.count_as_given_up();
    return give_up(no_memory());
  }
  if (receiving_ && now - receiving_since_ > kReceivingTime) return give_up(request_timeout());
  if (overstays_limit()) return part(kNoMore);
  if (!receiving_ && now - idle_since_ > kKeepAliveTime) end();
}

}  // namespace fortnight::daemon
