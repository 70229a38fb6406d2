#include "query/request_reader.h"

#include "base/utf8.h"

namespace fortnight::query {

namespace {

constexpr const char* kTooLong = "a request is one line of at most 65536 bytes";

}  // namespace

void RequestReader::feed(std::string_view bytes) {
  if (begin_ != 0) {
    buffer_.erase(0, begin_);
    scanned_ -= begin_;
    begin_ = 0;
  }
  buffer_.append(bytes);
}

std::optional<RequestReader::Request> RequestReader::next() {
  for (;;) {
    std::size_t end = buffer_.find('\n', scanned_);
    const bool last = end == std::string::npos;
    if (last) end = buffer_.size();
    scanned_ = end;
    // One byte more than the limit may be the CR of a line of maximum length.
    if (last && !finished_ && end - begin_ > kMaxRequestBytes + 1) skipping_ = true;
    if (last && skipping_) begin_ = end;  // release its bytes
    if (last && (!finished_ || (begin_ == end && !skipping_))) return std::nullopt;

    const std::string_view line = std::string_view(buffer_).substr(begin_, end - begin_);
    std::optional<Request> request = take(line);
    begin_ = scanned_ = last ? end : end + 1;
    if (request) return request;
  }
}

std::optional<RequestReader::Request> RequestReader::take(std::string_view line) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  if (skipping_ || line.size() > kMaxRequestBytes) {
    skipping_ = false;
    return Request{{}, RequestError("too-long", kTooLong)};
  }
  if (line.find_first_not_of(" \t") == std::string_view::npos) return std::nullopt;
  if (const std::size_t valid = valid_utf8_prefix(line); valid != line.size()) {
    return Request{{},
                   RequestError("not-utf8", "byte " + std::to_string(valid + 1) +
                                                " of the request begins no UTF-8 character")};
  }
  return Request{std::string(line), {}};
}

}  // namespace fortnight::query
