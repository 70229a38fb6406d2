// Where a line has bytes that may tell of more than a plain value: `\`, which begins an escape, and
// `=`, `<`, `%`, `@` beside it, which texts within strings are searched for secrets by. Found in
// one pass, so that lines without any cost next to nothing.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace fortnight::intake {

class LineMarks {
 public:
  // The offsets of such bytes, ascending, valid until the next call. 64 bytes behind the line must
  // be readable.
  std::span<const std::uint32_t> find(std::string_view line);

 private:
  std::vector<std::uint32_t> marks_;
};

// Whether each backslash of the line begins an escape that JSON knows. `marks` are the line's.
bool escapes_are_valid(std::string_view line, std::span<const std::uint32_t> marks);

}  // namespace fortnight::intake
