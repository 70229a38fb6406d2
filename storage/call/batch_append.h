#pragma once

#include "storage/call/batch.h"

namespace fortnight::storage {

// Adds all calls of `from` behind those of `to`. Equal shapes and kinds become one. Both texts
// together must stay under 4 GiB.
void append_batch(Batch& to, const Batch& from);

}  // namespace fortnight::storage
