// A mistake in a configuration file, for the person who wrote the file.
#pragma once

#include <string>

namespace fortnight::config {

struct Problem {
  std::string file;
  int line = 0;  // from 1; 0 if the problem concerns the whole file
  int column = 0;
  std::string message;   // "unknown key `sorces`"
  std::string expected;  // "a duration, such as 30s"; may be empty
  std::string nearest;   // the most similar known name; may be empty
  // FILE:LINE:COLUMN: MESSAGE, expected EXPECTED; did you mean `NEAREST`?
  [[nodiscard]] std::string to_string() const;
};

}  // namespace fortnight::config
