// Splits a stream into request lines, without I/O. Lines end in LF or CRLF, and empty lines are
// ignored. A line that is too long or isn't UTF-8 yields an error, in order, and the stream
// continues with the next line.
//
// Memory: the bytes that were fed and not yet taken; nothing of a line that is too long. If feed()
// is called only after next() returned nothing, the bound is one line and one feed. Not
// thread-safe.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "query/request_error.h"

namespace fortnight::query {

inline constexpr std::size_t kMaxRequestBytes = 64U << 10;  // without the line end

class RequestReader {
 public:
  struct Request {
    std::string line;                   // without its line end
    std::optional<RequestError> error;  // to answer with; `line` is then empty
  };

  void feed(std::string_view bytes);
  // The peer will send no more. A last line without LF is also a request.
  void finish() { finished_ = true; }
  // Number of bytes fed and not yet taken.
  [[nodiscard]] std::size_t held() const { return buffer_.size() - begin_; }
  // The next request in order. Nothing: feed more; after finish(): no requests are left.
  std::optional<Request> next();

 private:
  std::optional<Request> take(std::string_view line);

  std::string buffer_;
  std::size_t begin_ = 0;    // start of the bytes not yet taken, in buffer_
  std::size_t scanned_ = 0;  // no LF lies before this offset of buffer_
  bool finished_ = false;
  bool skipping_ = false;  // within a line that is too long
};

}  // namespace fortnight::query
