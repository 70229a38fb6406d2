#include "daemon/http/http_reader.h"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/rfc7230.hpp>
#include <iterator>
#include <utility>

#include "base/ascii.h"

namespace fortnight::daemon {

namespace http = boost::beast::http;

// A body as text. Beast's string_body reserves memory for the whole body before any of it has come.
struct HttpTextBody {
  using value_type = std::string;
  class reader {
   public:
    template <bool kRequest, typename Fields>
    reader(http::header<kRequest, Fields>&, value_type& body) : body_(body) {}
    template <typename Length>
    void init(const Length&, boost::system::error_code& failed) {
      failed = {};
    }
    template <typename Buffers>
    std::size_t put(const Buffers& buffers, boost::system::error_code& failed) {
      failed = {};
      for (auto piece = boost::asio::buffer_sequence_begin(buffers);
           piece != boost::asio::buffer_sequence_end(buffers); ++piece) {
        const boost::asio::const_buffer bytes(*piece);
        body_.append(static_cast<const char*>(bytes.data()), bytes.size());
      }
      return boost::asio::buffer_size(buffers);
    }
    void finish(boost::system::error_code& failed) { failed = {}; }

   private:
    value_type& body_;
  };
};

namespace {

// By Header. Beast's own list of names depends on its version.
constexpr std::string_view kHeaderNames[kHeaders] = {
    "host",         "accept",           "authorization",  "accept-encoding",
    "content-type", "content-encoding", "if-none-match",  "last-event-id",
    "origin",       "sec-fetch-site",   "sec-fetch-mode", "access-control-request-method",
    "cookie",       "fortnight-batch"};

// What a header takes in a list and a tree, in bytes.
constexpr std::size_t kHeaderNode = 100;

template <typename Text>
std::string_view view(const Text& text) {
  return {text.data(), text.size()};
}

// What Beast accepts and others may read differently.
std::optional<Problem> ambiguity(const http::request<HttpTextBody>& request) {
  std::size_t hosts = 0;
  std::size_t lengths = 0;
  std::size_t codings = 0;
  for (const auto& field : request) {
    const http::field name = field.name();
    hosts += name == http::field::host ? 1 : 0;
    lengths += name == http::field::content_length ? 1 : 0;
    codings += name == http::field::transfer_encoding ? 1 : 0;
    for (const char c : view(field.value())) {
      if (is_control(c) && c != '\t')
        return Problem{400, "bad-request", "a control character in a header"};
    }
  }
  if (hosts > 1) return Problem{400, "bad-request", "several Host headers"};
  if (hosts == 0 && request.version() >= 11) return Problem{400, "bad-request", "no Host header"};
  if (lengths > 1) return Problem{400, "bad-request", "several Content-Length headers"};
  if (codings == 0) return std::nullopt;
  const std::string_view coding = view(request[http::field::transfer_encoding]);
  if (codings > 1 || lengths > 0 || request.version() < 11) {
    return Problem{400, "bad-request", "Transfer-Encoding with another length, or in HTTP/1.0"};
  }
  if (!equal_without_case(coding, "chunked")) {
    return Problem{501, "unsupported", "the only transfer coding is chunked"};
  }
  return std::nullopt;
}

}  // namespace

struct HttpReader::Parser : http::request_parser<HttpTextBody> {
  explicit Parser(std::size_t max_body) {
    header_limit(kMaxHead);
    body_limit(max_body);
  }
};

HttpReader::HttpReader(std::size_t max_body) : max_body_(max_body) {}
HttpReader::~HttpReader() = default;

void HttpReader::feed(std::string_view bytes) {
  if (broken_) return;
  drop_consumed();
  buffer_.append(bytes);
}

void HttpReader::drop_consumed() {
  // A string that is shortened, or assigned a short one, keeps its memory.
  if (begin_ != 0) std::string(buffer_, begin_).swap(buffer_);
  begin_ = 0;
}

void HttpReader::count_headers() {
  const auto& fields = parser_->get();
  nodes_ = static_cast<std::size_t>(std::distance(fields.begin(), fields.end())) * kHeaderNode;
}

std::optional<HttpRequest> HttpReader::next() {
  // Empty lines before a request are ignored (RFC 9112, section 2.2).
  while (!begun_ && std::string_view(buffer_).substr(begin_).starts_with("\r\n")) begin_ += 2;
  const std::string_view rest = std::string_view(buffer_).substr(begin_);
  if (broken_ || rest.empty() || (!begun_ && rest == "\r")) return std::nullopt;
  if (!begun_) {
    parser_ = std::make_unique<Parser>(max_body_);
    begun_ = true;
  }
  while (!parser_->is_done()) {
    boost::system::error_code failed;
    // The parser stops behind the head: trailers, which it adds to the headers, aren't any.
    const bool had_head = parser_->is_header_done();
    const std::size_t size = buffer_.size() - begin_;
    // Beast asserts that a last chunk whose end is missing has this size at its next attempt.
    constexpr std::size_t kShortestEnd = std::string_view("0\r\n\r\n").size();
    if (had_head && parser_->chunked() && size < kShortestEnd) {
      drop_consumed();
      return std::nullopt;
    }
    const std::size_t count =
        parser_->put(boost::asio::const_buffer(buffer_.data() + begin_, size), failed);
    begin_ += count;
    parsed_ += count;
    if (failed && failed != http::error::need_more) return broken(problem_of(failed));
    count_headers();
    if (nodes_ > kMaxHeaders * kHeaderNode) {
      return broken({431, "too-long", "a request has at most 100 headers"});
    }
    if (!had_head && parser_->is_header_done()) {
      if (auto problem = take_head()) return broken(std::move(*problem));
      parser_->eager(true);
      continue;
    }
    if (!had_head && !parser_->is_header_done() && size - count > kMaxHead) {
      return broken(problem_of(http::error::header_limit));
    }
    if (failed == http::error::need_more || count == 0) {
      drop_consumed();
      return std::nullopt;
    }
  }
  return take();
}

std::size_t HttpReader::held() const {
  std::size_t bytes = parsed_ + nodes_;
  // Small strings are within their objects.
  if (buffer_.capacity() > std::string().capacity()) bytes += buffer_.capacity();
  if (parser_ != nullptr) {
    const std::string& body = parser_->get().body();
    bytes += body.capacity() - body.size();
  }
  return bytes;
}

Problem HttpReader::problem_of(boost::system::error_code failed) const {
  if (failed == http::error::header_limit) {
    return {431, "too-long", "a request's head has at most 32 KiB"};
  }
  if (failed == http::error::body_limit) {
    return {413, "too-long",
            "a request's body has at most " + std::to_string(max_body_ >> 10) + " KiB"};
  }
  if (failed == http::error::bad_version) return {505, "unsupported", "expected HTTP/1.1"};
  return {400, "bad-request", "not an HTTP/1.1 request: " + failed.message()};
}

bool HttpReader::awaits_continue() { return std::exchange(expects_continue_, false); }

std::optional<Problem> HttpReader::take_head() {
  auto& parsed = parser_->get();
  if (auto problem = ambiguity(parsed)) return problem;
  head_ = {};
  head_.method = view(parsed.method_string());
  head_.target = view(parsed.target());
  head_.chunks = parsed.version() >= 11;
  head_.keeps_alive = parser_->keep_alive();
  for (const auto& field : parsed) {
    for (std::size_t i = 0; i < kHeaders; ++i) {
      if (!equal_without_case(view(field.name_string()), kHeaderNames[i])) continue;
      std::string& value = head_.headers[i];
      const std::string_view between = i == static_cast<std::size_t>(Header::cookie) ? "; " : ", ";
      value.append(value.empty() ? "" : between).append(view(field.value()));
    }
  }
  expects_continue_ = equal_without_case(view(parsed[http::field::expect]), "100-continue");
  parsed.base().clear();
  return std::nullopt;
}

HttpRequest HttpReader::take() {
  HttpRequest request = std::move(head_);
  request.body = std::move(parser_->get().body());
  parser_.reset();
  begun_ = expects_continue_ = false;
  parsed_ = nodes_ = 0;
  if (begin_ == buffer_.size()) drop_consumed();
  return request;
}

HttpRequest HttpReader::broken(Problem problem) {
  parser_.reset();
  broken_ = true;
  begun_ = expects_continue_ = false;
  std::string().swap(buffer_);
  begin_ = parsed_ = nodes_ = 0;
  HttpRequest request;
  request.keeps_alive = false;
  request.problem = std::move(problem);
  return request;
}

}  // namespace fortnight::daemon
