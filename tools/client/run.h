// The client's run, from its options to its exit status.
#pragma once

#include "tools/client/options.h"

namespace fortnight::client {

enum ExitStatus : int { kAnswered = 0, kNothingFound = 1, kWrong = 2, kNoConnection = 3 };

// Asks, and writes the answer to standard output, errors to standard error.
int run(const Options& options);

}  // namespace fortnight::client
