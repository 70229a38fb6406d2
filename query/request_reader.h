// The line protocol without I/O: bytes in, request lines out. A request is a line, LF or CRLF; an
// empty one is ignored; one that is too long or not UTF-8 becomes an error to answer, in its turn,
// and the stream goes on with the next line.
//
// Memory: what was fed and not yet taken; of a line that is too long, nothing. Feed again once
// next() gives nothing, and the bound is one line and one feed. Not thread-safe.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace fortnight::query {

inline constexpr std::size_t kMaxRequestBytes = 64U << 10;  // without the line end

class RequestReader {
 public:
  struct Request {
    std::string line;   // without its line end
    std::string error;  // not empty: the closing line to answer with, and `line` is empty
  };

  void feed(std::string_view bytes);
  // The peer will send no more: a last line without its LF is a request too.
  void finish() { finished_ = true; }
  // Bytes that were fed and not yet taken.
  [[nodiscard]] std::size_t held() const { return buffer_.size() - begin_; }
  // The next request in order; nothing: feed more, or, after finish(), there are none left.
  std::optional<Request> next();

 private:
  std::optional<Request> take(std::string_view line);

  std::string buffer_;
  std::size_t begin_ = 0;    // of what is not yet taken, in buffer_
  std::size_t scanned_ = 0;  // no LF stands before it, in buffer_
  bool finished_ = false;
  bool skipping_ = false;  // within a line that is too long
};

}  // namespace fortnight::query
