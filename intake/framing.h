// Cuts a byte stream into lines, without I/O: the caller reads into space(), says how many bytes
// came with filled(), and takes lines with next() until there is none.
//
//   LineFramer framer(max_line_bytes);
//   for (;;) {
//     std::span<char> space = framer.space();
//     framer.filled(read(fd, space.data(), space.size()));
//     while (std::optional<LineFramer::Line> line = framer.next()) take(*line);
//   }
//
// Lines stand in the framer's own buffer, without their LF and without a CR just before it, and are
// valid until the next call of space(). kPadding bytes behind each line are readable, so that
// simdjson can work on it in place. Empty lines are given too.
//
// NULs before a line are no part of it, however many there are, and aren't held: a file that was
// truncated while its writer went on at its old offset begins with a hole. offset() stays before
// them until a line begins, since something may still be written there.
//
// A line longer than the limit is given once, as its first max_line_bytes and with `too_long`, and
// is then skipped to its LF without being held: memory is bounded by max_line_bytes.
//
// Threads: none of its own; one at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

namespace fortnight::intake {

class LineFramer {
 public:
  // Readable bytes behind each line; simdjson::SIMDJSON_PADDING or more.
  static constexpr std::size_t kPadding = 64;

  struct Line {
    std::string_view bytes;
    std::uint64_t offset = 0;  // of its first byte in the stream
    std::uint64_t end = 0;  // just behind its LF (of a too-long line: behind the bytes seen so far)
    bool too_long = false;  // `bytes` are its first max_line_bytes
  };

  // `offset`: of the next byte in the stream. `read_bytes`: what space() gives at the least;
  // nothing is allocated before the first space().
  explicit LineFramer(std::size_t max_line_bytes, std::uint64_t offset = 0,
                      std::size_t read_bytes = std::size_t{64} << 10);

  // Where to read to. Takes back all lines given so far.
  [[nodiscard]] std::span<char> space();
  // `count` bytes were written to the front of space().
  void filled(std::size_t count);
  // The next whole line, if there is one.
  [[nodiscard]] std::optional<Line> next();
  // What stands behind the last LF as a line, if anything: call it at the end of the stream, after
  // next() gave none. Nothing is left of it then.
  [[nodiscard]] std::optional<Line> last();

  // Gives back what the line in hand doesn't need, for a stream that may rest. Takes back all lines
  // given so far.
  void shrink();
  // Bytes allocated.
  [[nodiscard]] std::size_t memory() const { return buffer_ ? capacity_ + kPadding : 0; }
  // Bytes of a line that has begun and whose LF has not come; of a line being skipped, and of NULs
  // before a line, 0.
  [[nodiscard]] std::size_t pending() const { return end_ - begin_; }
  // Just behind the last line given (or, within a too-long line, behind the bytes skipped so far):
  // where to go on in the stream if this framer is dropped.
  [[nodiscard]] std::uint64_t offset() const { return offset_; }
  // Within a line that is too long, and was given: its LF has not come. A framer that goes on at
  // offset() has to be told with resume_skipping().
  [[nodiscard]] bool skipping() const { return skipping_; }
  void resume_skipping() { skipping_ = true; }

 private:
  [[nodiscard]] Line take(std::size_t length, std::size_t terminator);
  void skip_nuls();
  [[nodiscard]] bool skip_to_line_end();
  [[nodiscard]] Line give_up();

  std::size_t max_line_;
  std::size_t read_bytes_;
  std::size_t capacity_ = 0;  // without the padding
  std::unique_ptr<char[]> buffer_;
  std::size_t begin_ = 0;    // of the line in hand
  std::size_t scanned_ = 0;  // before here, from begin_ on, there is no LF
  std::size_t end_ = 0;      // of the bytes read
  std::uint64_t offset_;     // of begin_ in the stream, or of the NULs just before it
  std::uint64_t nuls_ = 0;   // of these NULs
  bool skipping_ = false;
};

}  // namespace fortnight::intake
