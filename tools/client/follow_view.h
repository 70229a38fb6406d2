// FOLLOW on a terminal: the columns of LOGS, a line a call as it comes.
#pragma once

#include <string>
#include <string_view>

#include "tools/client/terminal.h"

namespace fortnight::client {

class FollowedCalls {
 public:
  explicit FollowedCalls(const Terminal& terminal) : terminal_(terminal) {}

  // The text of a row, with its line end; before the first one, the headings. Columns can't wait
  // for what comes: their widths are fixed, and the path takes what is left.
  std::string render(std::string_view row);

 private:
  Terminal terminal_;
  bool headed_ = false;
};

}  // namespace fortnight::client
