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
// Lines lie in the framer's buffer, without their LF and without a CR just before it, and are valid
// until the next call of space(). kPadding bytes after each line are readable, so that simdjson can
// parse it in place. Empty lines are returned too.
//
// NULs before a line are skipped without being held, however many there are: a file that was
// truncated while its writer continued at its old offset begins with a hole. offset() stays before
// the NULs until a line begins, since the writer may still fill them.
//
// A line longer than the limit is returned once, as its first max_line_bytes with `too_long`, and
// is then skipped to its LF without being held: memory is bounded by max_line_bytes.
//
// Senders of syslog may count octets instead (RFC 6587): "LEN SP MSG". With detect_framing(), the
// stream's first bytes decide: digits, a blank, and a `<` or `{`. A message is returned without
// line ends and NULs at its end; one that is longer than the limit is cut as a line is. Behind a
// count that isn't one, where the next message begins isn't known, and nothing more is returned.
//
// Not thread-safe.
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
  // Readable bytes after each line; at least simdjson::SIMDJSON_PADDING.
  static constexpr std::size_t kPadding = 64;

  enum class Framing : std::uint8_t { undecided, lines, octets };

  struct Line {
    std::string_view bytes;
    std::uint64_t offset = 0;  // of its first byte in the stream
    std::uint64_t end = 0;  // just after its LF (of a too-long line: after the bytes seen so far)
    bool too_long = false;  // `bytes` are its first max_line_bytes
  };

  // `offset`: of the next byte in the stream. `read_bytes`: minimum size of space(). Allocates
  // nothing before the first call of space().
  explicit LineFramer(std::size_t max_line_bytes, std::uint64_t offset = 0,
                      std::size_t read_bytes = std::size_t{64} << 10);

  // Lets the stream's first bytes decide between lines and octet counts; or, in a framer that
  // continues a stream, what they have decided. Call it before the first next().
  void detect_framing(Framing known = Framing::undecided) { framing_ = known; }
  [[nodiscard]] Framing framing() const { return framing_; }
  // Whether an octet count was wrong.
  [[nodiscard]] bool broken() const { return broken_; }

  // The buffer to read into. Invalidates all lines returned so far.
  [[nodiscard]] std::span<char> space();
  // The caller has written `count` bytes to the front of space().
  void filled(std::size_t count);
  // The next complete line, if any.
  [[nodiscard]] std::optional<Line> next();
  // The bytes after the last LF as a line, if any. Call it at the end of the stream, after next()
  // returned nothing. Nothing is pending afterwards.
  [[nodiscard]] std::optional<Line> last();

  // Releases the memory that the pending line doesn't need, for a stream that may be idle.
  // Invalidates all lines returned so far.
  void shrink();
  // Allocated bytes.
  [[nodiscard]] std::size_t memory() const { return buffer_ ? capacity_ + kPadding : 0; }
  // Bytes of the pending line, whose LF has not arrived. 0 while a line is skipped and for NULs
  // before a line.
  [[nodiscard]] std::size_t pending() const { return end_ - begin_; }
  // Offset just after the last line returned (or, within a too-long line, after the bytes skipped
  // so far): where a later framer must continue in the stream.
  [[nodiscard]] std::uint64_t offset() const { return offset_; }
  // Whether the current line is too long, was returned, and its LF has not arrived. A framer that
  // continues at offset() then needs resume_skipping().
  [[nodiscard]] bool skipping() const { return skipping_ || counted_ || skip_counted_ != 0; }
  void resume_skipping() { skipping_ = true; }

 private:
  [[nodiscard]] Line take(std::size_t length, std::size_t terminator);
  void decide();
  [[nodiscard]] std::optional<Line> next_counted();
  // Reads the count of a message; nothing if it hasn't ended, or is wrong.
  [[nodiscard]] std::optional<std::uint64_t> read_count();
  void skip(std::size_t count);
  void skip_nuls();
  [[nodiscard]] bool skip_to_line_end();
  [[nodiscard]] Line give_up();

  std::size_t max_line_;
  std::size_t read_bytes_;
  std::size_t capacity_ = 0;  // without the padding
  std::unique_ptr<char[]> buffer_;
  std::size_t begin_ = 0;    // start of the pending line
  std::size_t scanned_ = 0;  // no LF lies between begin_ and this offset
  std::size_t end_ = 0;      // end of the bytes read
  std::uint64_t offset_;     // of begin_ in the stream, or of the NULs just before it
  std::uint64_t nuls_ = 0;   // number of these NULs
  bool skipping_ = false;
  Framing framing_ = Framing::lines;
  std::optional<std::uint64_t> counted_;  // bytes of the message that is due
  std::uint64_t skip_counted_ = 0;        // bytes left of one that was too long
  bool broken_ = false;
};

}  // namespace fortnight::intake
