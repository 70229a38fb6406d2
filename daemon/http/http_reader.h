// Splits a stream into HTTP requests, without I/O. Boost.Beast parses them; what it lets pass and
// proxies may understand differently is refused here, so that a request can't be smuggled.
#pragma once

#include <array>
#include <boost/system/error_code.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "daemon/http/problem.h"

namespace fortnight::daemon {

// The headers that the API knows.
enum class Header : std::uint8_t {
  host,
  accept,
  authorization,
  accept_encoding,
  content_type,
  content_encoding,
  if_none_match,
  last_event_id,
  origin,
  sec_fetch_site,
  sec_fetch_mode,
  access_control_request_method,
  cookie,
  fortnight_batch,
};
inline constexpr std::size_t kHeaders = 14;

struct HttpRequest {
  std::string method;  // "GET"
  std::string target;  // as received
  bool chunks = true;  // the version has chunked bodies: HTTP/1.1
  bool keeps_alive = true;
  std::string body;
  // Why it isn't a request. The connection can't be read further: where the next request begins
  // isn't known.
  std::optional<Problem> problem;

  [[nodiscard]] const std::string& operator[](Header header) const {
    return headers[static_cast<std::size_t>(header)];
  }
  std::array<std::string, kHeaders> headers;  // empty if absent; several are joined
};

// Memory: the bytes that were fed and not yet taken, and the head and body of one request. Not
// thread-safe.
class HttpReader {
 public:
  static constexpr std::size_t kMaxHead = 32U << 10;
  static constexpr std::size_t kMaxBody = 64U << 10;
  // Each header takes a hundred bytes beside its text, which may have four.
  static constexpr std::size_t kMaxHeaders = 100;

  // `max_body`: bytes of a request's body. A larger one is a problem.
  explicit HttpReader(std::size_t max_body = kMaxBody);
  ~HttpReader();
  HttpReader(const HttpReader&) = delete;
  HttpReader& operator=(const HttpReader&) = delete;

  void feed(std::string_view bytes);
  // The next request in order; nothing: feed more. After a problem it returns nothing.
  std::optional<HttpRequest> next();
  // Whether a request has begun and not ended.
  [[nodiscard]] bool within() const { return begun_ || begin_ < buffer_.size(); }
  // Whether the client waits for "100 Continue" before it sends the body. True once a request.
  bool awaits_continue();
  // Bytes of memory held.
  [[nodiscard]] std::size_t held() const;

 private:
  struct Parser;

  void count_headers();
  void drop_consumed();
  // Takes the head once it is parsed; returns what is wrong with it.
  std::optional<Problem> take_head();
  HttpRequest take();
  [[nodiscard]] Problem problem_of(boost::system::error_code failed) const;
  HttpRequest broken(Problem problem);

  const std::size_t max_body_;
  std::unique_ptr<Parser> parser_;  // of the current request
  HttpRequest head_;                // of the current request, without its body
  std::string buffer_;
  std::size_t begin_ = 0;   // of the bytes that the parser hasn't consumed
  std::size_t parsed_ = 0;  // bytes of the current request that the parser has consumed
  std::size_t nodes_ = 0;   // bytes of its headers beside their text
  bool begun_ = false;
  bool broken_ = false;
  bool expects_continue_ = false;  // the client waits before it sends the body
};

}  // namespace fortnight::daemon
