// `fortnight doctor`: what is wrong with the daemon and its host, and what mends it.
#pragma once

#include "tools/client/options.h"

namespace fortnight::client {

// Exit statuses as monitoring systems know them.
enum Health : int { kHealthy = 0, kWarned = 1, kCritical = 2, kUnknown = 3 };

// Prints each finding with what mends it, and returns the worst. kUnknown: the daemon refuses to
// answer. If no daemon answers, that is the only finding.
int run_doctor(const Options& options);

}  // namespace fortnight::client
