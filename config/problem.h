// What is wrong with a configuration file, for the person who wrote it.
#pragma once

#include <string>

namespace fortnight::config {

struct Problem {
  std::string file;
  int line = 0;  // from 1; 0 where the file as a whole is meant
  int column = 0;
  std::string message;   // "unknown key `sorces`"
  std::string expected;  // "a duration, such as 30s"; may be empty
  std::string nearest;   // the known name that it looks like; may be empty
  // FILE:LINE:COLUMN: MESSAGE, expected EXPECTED; did you mean `NEAREST`?
  [[nodiscard]] std::string to_string() const;
};

}  // namespace fortnight::config
