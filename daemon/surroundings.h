// Checks a configuration's values against this machine, for --check-config and for the start.
#pragma once

#include "config/load.h"

namespace fortnight::daemon {

// Changes nothing on the machine. Ports in use are not reported: a running daemon holds its own.
config::Surroundings surroundings();

}  // namespace fortnight::daemon
