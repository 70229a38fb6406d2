#include "daemon/line/query_connection.h"

#include <algorithm>
#include <utility>

#include "daemon/log.h"
#include "daemon/net/parting.h"

namespace fortnight::daemon {
namespace {

using boost::system::error_code;
// Maximum bytes of requests held while one is answered.
constexpr std::size_t kMaxAhead = 2 * query::kMaxRequestBytes;
// The message of kNoMore.
constexpr std::string_view kTooMany =
    QueryConnection::kNoMore.substr(10, QueryConnection::kNoMore.size() - 11);
constexpr std::string_view kRequestOverstayed =
    "ERR limit the request didn't end in time, while memory for requests was short\n";

}  // namespace

QueryConnection::QueryConnection(Stream stream, Owner& owner)
    : ClientConnection(std::move(stream), owner), idle_timeout_(owner.idle_timeout) {}

bool QueryConnection::may_read() const { return ahead_.size() <= kMaxAhead; }

bool QueryConnection::feed(std::string_view bytes) {
  if (opening_.feed(bytes) == Opening::Kind::undecided && reading_ended_) opening_.finish();
  if (opening_.kind() == Opening::Kind::http || opening_.kind() == Opening::Kind::tls) {
    owner_.port.note_wrong_port(name_of(opening_.kind()));
    part(wrong_port_line(opening_.kind()));
    return false;
  }
  ahead_.append(bytes);
  return true;
}

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

std::size_t QueryConnection::held_bytes() const { return ahead_.size() + reader_.held(); }

void QueryConnection::handle(const query::RequestReader::Request& request) {
  begin_request();
  if (request.error) return done(*request.error);
  query::RequestLine line(request.line, user_);
  const query::Weight weight = line.weight();
  const bool reads = weight == query::Weight::calls || weight == query::Weight::endless;
  if (reads && !has_room_to_query()) {
    quits_ = true;
    return done(query::too_busy(std::string(kTooMany)));
  }
  if (line.action() == query::Action::authenticate) {
    return done(authenticate(std::string_view(line.text()).substr(line.arguments())));
  }
  quits_ = line.action() == query::Action::quit;
  request_.start(std::move(line), encoder_);
  if (reading_ended_) request_.finish();
}

query::Closing QueryConnection::authenticate(std::string_view token) {
  constexpr std::string_view kBlank = " \t";
  token.remove_prefix(std::min(token.find_first_not_of(kBlank), token.size()));
  token = token.substr(0, token.find_last_not_of(kBlank) + 1);
  const auto reader = owner_.queries.gate().who_has(token, peer_);
  if (!reader) return reader.error();
  user_ = *reader;
  return query::Closing("OK " + access::identity_json(*user_));
}

void QueryConnection::ended(const query::Closing& closing) {
  done(closing);
  next();
}

void QueryConnection::done(const query::Closing& closing) {
  end_request();
  ended_at_ = Clock::now();
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
  const auto rest = boost::asio::buffer(writing_.data() + begin, writing_.size() - begin);
  stream_.async_write_some({rest, {}}, [self = own(), begin](error_code failed, std::size_t count) {
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

void QueryConnection::check_deadlines() {
  if (held_.overstays()) {
    held_.count_as_given_up();
    return part(kRequestOverstayed);
  }
  if (busy_ || has_unsent()) return;
  if (overstays_limit()) return part(kNoMore);
  if (idle_timeout_.count() != 0 && Clock::now() - idle_since_ > idle_timeout_) end();
}

void QueryConnection::cut_answer() {
  answers_->cut_answer(
      "ERR limit the answer wasn't read soon enough, and others need its memory\n");
  write();
}

}  // namespace fortnight::daemon
