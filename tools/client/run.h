// The client's run, from its options to its exit status.
#pragma once

#include "tools/client/options.h"

namespace fortnight::client {

enum ExitStatus : int {
  kAnswered = 0,
  kNothingFound = 1,
  kWrong = 2,
  kNoConnection = 3,
  kNotWritten = 4,
};

// Asks, and writes the answer to standard output, errors to standard error.
int run(const Options& options);

// `status`, once all that was printed is written; kNotWritten, and why on standard error, where
// standard output didn't take it.
int written(int status);

}  // namespace fortnight::client
