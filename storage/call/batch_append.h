#pragma once

#include "storage/call/batch.h"

namespace fortnight::storage {

// Appends all calls of `from` to `to`. Equal shapes and kinds are merged. Requires that both texts
// together are smaller than 4 GiB.
void append_batch(Batch& to, const Batch& from);

}  // namespace fortnight::storage
