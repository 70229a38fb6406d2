// `fortnight top` without `by=`: how the API is doing at present, refreshed until `q` is pressed.
#pragma once

#include "tools/client/options.h"

namespace fortnight::client {

// Whether the options ask for it, and not for the verb TOP.
bool asks_for_live(const Options& options);

// Draws on the whole terminal, and restores it at the end. Draws once if standard output is no
// terminal, or with --once. Returns the exit status (tools/client/run.h).
int run_live(const Options& options);

}  // namespace fortnight::client
