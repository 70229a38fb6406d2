// Bodies of ingestion requests: decompressed, and cut into lines.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "daemon/http/problem.h"

namespace fortnight::daemon {

// Bytes of a request's body, as received and decompressed.
struct BodyLimits {
  std::size_t received = std::size_t{16} << 20;
  std::size_t decoded = std::size_t{32} << 20;
};
// The share of `limits.memory` that bodies which are being received may take together; a body and
// what it decompresses to are held one at a time.
std::size_t body_bytes(std::uint64_t memory);
BodyLimits body_limits(std::uint64_t memory);

// A window larger than RFC 8878 asks a decoder for is refused: it would take its memory.
inline constexpr unsigned kMaxBodyWindowLog = 23;

// The bytes of a body, and behind them the readable bytes that a mapper needs.
class Body {
 public:
  // Appends the padding.
  explicit Body(std::string bytes);
  [[nodiscard]] std::string_view text() const { return {bytes_.data(), size_}; }
  [[nodiscard]] char* data() { return bytes_.data(); }
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  std::size_t size_;
  std::string bytes_;
};

// Undoes the content coding: gzip, deflate is unknown, zstd, or none. The problem is 415 for
// another coding, 413 for a body that decompresses to more than `most`, and 400 for a damaged one.
boost::system::result<Body, Problem> decode_body(std::string bytes, std::string_view coding,
                                                 std::size_t most);

// Takes a line without its LF. At least intake::LineFramer::kPadding bytes behind it are readable.
using TakeLine = std::function<void(std::string_view line, std::uint64_t offset)>;
// Calls `take` for each line of NDJSON, or for each element of a body that is one JSON array. Line
// breaks between an element's tokens become blanks. What can't be an element is taken as a line, so
// that it is rejected.
void for_each_line(Body& body, const TakeLine& take);
// The same for NDJSON alone, whatever it begins with.
void for_each_record_line(const Body& body, const TakeLine& take);

}  // namespace fortnight::daemon
