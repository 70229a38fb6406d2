// Finds the bytes of a line that may need more work than a plain value: `\`, which begins an
// escape, and `=`, `<`, `%`, `@`, `'`, and `:` before a blank, which may belong to a secret within
// a string. A `:` after a quote belongs to JSON and is no mark. One pass, so lines without any of
// them cost almost nothing.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace fortnight::intake {

class LineMarks {
 public:
  // The offsets of these bytes, ascending, valid until the next call. 64 bytes after the line must
  // be readable.
  std::span<const std::uint32_t> find(std::string_view line);

 private:
  std::vector<std::uint32_t> marks_;
};

// Whether the line has backslashes, and whether all of them begin valid JSON escapes. `marks` are
// the line's.
enum class Escapes : std::uint8_t { none, valid, invalid };
Escapes check_escapes(std::string_view line, std::span<const std::uint32_t> marks);

}  // namespace fortnight::intake
