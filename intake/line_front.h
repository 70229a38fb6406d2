// What comes before a line is parsed: its wrappings are removed, pieces of a line that a container
// runtime has split are joined, other forms become JSON, and calls are taken out of a line that has
// several, or that has its call in a string.
//
// Not thread-safe.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/format.h"
#include "config/value_syntax.h"
#include "intake/line_mender.h"
#include "intake/split_line.h"
#include "intake/structurals.h"
#include "intake/wrapping.h"

namespace fortnight::intake {

// The line without surrounding NULs and leading byte order marks, which don't belong to the log.
std::string_view trimmed_line(std::string_view line);
bool is_blank_line(std::string_view line);

// A line behind its wrappings, and what they tell. Views are valid until the next call.
struct BareLine {
  std::string_view text;
  bool cut_off = false;  // the text's end is missing
  bool held = false;     // the text is kept until its next piece comes
  std::string_view time, host, program, process, stream;
};

class LineFront {
 public:
  // Texts of all calls of one line have at most this many times the longest line's bytes.
  static constexpr std::size_t kMaxGrowth = 8;

  LineFront(const config::Format& format, std::size_t max_line_bytes);

  // Whether the line needs any of this: most lines don't.
  [[nodiscard]] bool concerns(std::string_view line) const {
    if (always_) return true;
    if (automatic_) return !line.starts_with('{') || line.starts_with(kDockerStart);
    return has_sender_header(line);
  }
  // Names what the following lines are from. Pieces are joined only within one origin and one
  // delivery (see Mapper::set_delivery()).
  void set_origin(std::string_view origin) { origin_ = origin; }
  void set_delivery(std::uint64_t number) { delivery_ = number; }

  // Removes the wrappings. `cut_off`: the line's end is missing. `offset`: the line's.
  BareLine unwrap(std::string_view line, bool cut_off, std::uint64_t offset);

  // Whether a text becomes anything else than the one call that it is.
  [[nodiscard]] bool converts() const {
    return input_ != config::Input::json || !inside_.empty() || !each_.empty();
  }
  // The pieces of unfinished lines of an origin, as one text; empty if there are none. restore()
  // takes it back, or any other text.
  [[nodiscard]] std::string held(std::string_view origin) const;
  void restore(std::string_view origin, std::string_view held);

  // The pieces so far of a line whose last piece is missing.
  struct Unfinished {
    std::string text;
    std::uint64_t offset = 0;  // of its first piece; 0: restored
  };
  // Takes the unfinished lines of the present delivery.
  std::vector<Unfinished> take_unfinished();
  // Takes those that unwrap() or restore() gave up, because too many were held: the oldest.
  std::vector<Unfinished> take_given_up() { return std::exchange(given_up_, {}); }
  // Takes over all unfinished lines of an earlier one.
  void continue_lines_of(LineFront& earlier);

  // The texts of a line's calls; valid until the next call. `complete`: false if they are too long
  // together; the rest is left out.
  struct Calls {
    const std::vector<std::string>& texts;
    bool complete = true;
  };
  Calls convert(const BareLine& line);

 private:
  static constexpr std::string_view kDockerStart = R"({"log":")";

  // A port's sender may put a syslog header before any line, whatever the format says.
  [[nodiscard]] bool has_sender_header(std::string_view line) const {
    return origin_.empty() && line.starts_with('<');
  }
  [[nodiscard]] static std::optional<Unwrapped> unwrap_any(std::string_view text,
                                                           std::string& scratch);
  void apply(const Unwrapped& unwrapped, BareLine& line);
  void join(bool continues, std::uint64_t offset, BareLine& line);
  [[nodiscard]] std::string held_key(std::string_view stream) const;
  void limit_held();
  [[nodiscard]] std::string as_json(const BareLine& line) const;
  [[nodiscard]] bool is_object(std::string& text);

  bool automatic_;
  bool always_;  // whether every line needs it
  std::vector<config::Wrapping> wrappings_;
  config::Input input_;
  std::vector<config::PointerStep> inside_;
  std::vector<config::PointerStep> each_;
  config::InvalidUtf8 invalid_utf8_;
  std::size_t max_line_bytes_;

  std::string origin_;
  std::uint64_t delivery_ = 0;
  // By origin, delivery and stream.
  struct Held {
    Unfinished line;
    std::uint64_t since = 0;  // the number of its newest piece
  };
  std::map<std::string, Held> held_;
  std::vector<Unfinished> given_up_;
  std::size_t held_bytes_ = 0;
  std::uint64_t pieces_ = 0;

  std::array<std::string, config::kMaxWrappings> scratch_;  // by wrapping, from the outside in
  std::string joined_;
  std::vector<std::string> calls_;
  Structurals structurals_;
  LineSplitter splitter_;
  LineMender mender_;
};

}  // namespace fortnight::intake
