#include "daemon/ingest/body.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <span>
#include <utility>

#include "base/ascii.h"
#include "daemon/tail/codecs.h"
#include "intake/framing.h"

namespace fortnight::daemon {
namespace {

constexpr std::uint64_t kBodyShare = 16;
constexpr std::size_t kLeastPiece = std::size_t{64} << 10;

Problem damaged_body(std::string_view coding, const std::string& why) {
  return {400, "bad-request", "the body isn't " + std::string(coding) + ": " + why};
}

bool is_blank_byte(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

// An element of an array: finds its end.
class ElementScan {
 public:
  // Returns the position of the comma or bracket behind the element that begins at `from`, or the
  // size of the text. Replaces line breaks outside of strings.
  std::size_t end_of(char* text, std::size_t from, std::size_t size) {
    std::size_t depth = 0;
    for (std::size_t i = from; i < size; ++i) {
      switch (text[i]) {
        case '"':
          i = end_of_string(text, i + 1, size);
          break;
        case '{':
        case '[':
          ++depth;
          break;
        case '}':
        case ']':
          if (depth == 0) return i;
          --depth;
          break;
        case ',':
          if (depth == 0) return i;
          break;
        case '\n':
          text[i] = ' ';
          break;
        default:
          break;
      }
    }
    return size;
  }

 private:
  // The position of the closing quote, or the size of the text.
  static std::size_t end_of_string(const char* text, std::size_t i, std::size_t size) {
    for (; i < size && text[i] != '"'; ++i) {
      if (text[i] == '\\') ++i;
    }
    return std::min(i, size);
  }
};

void for_each_array_element(Body& body, std::size_t begin, const TakeLine& take) {
  char* const text = body.data();
  const std::size_t size = body.size();
  ElementScan scan;
  bool closed = false;
  for (std::size_t at = begin; at < size && !closed;) {
    while (at < size && is_blank_byte(text[at])) ++at;
    const std::size_t end = scan.end_of(text, at, size);
    std::size_t last = end;
    while (last > at && is_blank_byte(text[last - 1])) --last;
    if (last > at) take({text + at, last - at}, at);
    closed = end < size && text[end] != ',';
    at = end + 1;
    if (closed) begin = at;
  }
  while (closed && begin < size && is_blank_byte(text[begin])) ++begin;
  if (closed && begin < size) take({text + begin, size - begin}, begin);
}

}  // namespace

std::size_t body_bytes(std::uint64_t memory) { return memory / kBodyShare; }

BodyLimits body_limits(std::uint64_t memory) {
  const BodyLimits most;
  const std::size_t received = std::min<std::size_t>(most.received, body_bytes(memory));
  return {received, 2 * received};
}

Body::Body(std::string bytes) : size_(bytes.size()), bytes_(std::move(bytes)) {
  bytes_.append(intake::LineFramer::kPadding, '\0');
}

boost::system::result<Body, Problem> decode_body(std::string bytes, std::string_view coding,
                                                 std::size_t most) {
  if (coding.empty() || equal_without_case(coding, "identity")) return Body(std::move(bytes));
  std::unique_ptr<Decoder> decoder;
  if (equal_without_case(coding, "gzip") || equal_without_case(coding, "x-gzip")) {
    decoder = codec_for(Compression::gzip)->make();
  } else if (equal_without_case(coding, "zstd")) {
    decoder = zstd_decoder(kMaxBodyWindowLog);
  } else {
    return Problem(415, "bad-media-type",
                   "the Content-Encoding of a body is gzip, zstd or identity");
  }
  std::string out;
  std::size_t size = 0;
  std::span<const char> in(bytes);
  bool ended = true;
  while (!in.empty() || !ended) {
    if (out.size() - size < kLeastPiece) {
      // One byte more than is allowed shows that there is more.
      out.resize(std::min(most + 1, std::max(2 * out.size(), 4 * bytes.size() + kLeastPiece)));
    }
    if (ended) decoder->reset();
    ended = false;
    const auto step = decoder->decode(in, std::span(out).subspan(size));
    if (!step) return damaged_body(coding, step.error().message);
    in = in.subspan(step->consumed);
    size += step->produced;
    ended = step->member_ended;
    if (size > most) {
      return Problem(413, "too-long",
                     "the body decompresses to more than " + std::to_string(most >> 10) + " KiB");
    }
    if (step->consumed == 0 && step->produced == 0 && !ended) {
      return damaged_body(coding, "its end is missing");
    }
  }
  out.resize(size);
  return Body(std::move(out));
}

void for_each_line(Body& body, const TakeLine& take) {
  char* const text = body.data();
  const std::size_t size = body.size();
  std::size_t at = 0;
  while (at < size && is_blank_byte(text[at])) ++at;
  if (at < size && text[at] == '[') return for_each_array_element(body, at + 1, take);
  for_each_record_line(body, take);
}

void for_each_record_line(const Body& body, const TakeLine& take) {
  const char* const text = body.text().data();
  const std::size_t size = body.size();
  std::size_t at = 0;
  while (at < size) {
    const void* const lf = std::memchr(text + at, '\n', size - at);
    const std::size_t end = lf == nullptr ? size : static_cast<const char*>(lf) - text;
    std::size_t last = end;
    if (last > at && text[last - 1] == '\r') --last;
    take({text + at, last - at}, at);
    at = end + 1;
  }
}

}  // namespace fortnight::daemon
