// Runs the client, from its options to its exit status.
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

// Sends the request, and writes the answer to standard output and errors to standard error.
int run(const Options& options);

// Returns `status` once all output is written. If standard output failed, returns kNotWritten and
// reports why on standard error.
int written(int status);

}  // namespace fortnight::client
