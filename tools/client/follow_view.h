// FOLLOW on a terminal: the columns of LOGS, with those of `with=`, one line per call.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tools/client/terminal.h"

namespace fortnight::client {

class FollowedCalls {
 public:
  explicit FollowedCalls(const Terminal& terminal) : terminal_(terminal) {}

  // The text of a row, with its line end; the first one is preceded by the headings. Widths are
  // fixed in advance, since later rows are unknown; the path gets the remaining width.
  std::string render(std::string_view row);

 private:
  Terminal terminal_;
  bool headed_ = false;
  std::vector<std::string> pointers_;  // of `with=`, as the first row has them
};

}  // namespace fortnight::client
