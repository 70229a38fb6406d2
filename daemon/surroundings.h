// What a configuration's values come to on this machine, as --check-config and the start need it.
#pragma once

#include "config/load.h"

namespace fortnight::daemon {

// Changes nothing on the machine. A port that another process holds isn't seen: a running daemon
// holds its own.
config::Surroundings surroundings();

}  // namespace fortnight::daemon
