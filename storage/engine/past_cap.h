// What STATUS says of keys that have more values than their caps.
#pragma once

#include "base/json_writer.h"
#include "storage/engine/version.h"
#include "storage/key_caps.h"

namespace fortnight::storage {

// Writes, for the newest 31 days with rollups: by key, the number of calls counted under `(other)`,
// and their `days`; and, as `unsealed`, each key that has more values than its cap on a day that
// isn't folded to the caps yet, and since which quarter of an hour. Calls in the head are not
// included. Reads totals only for such days.
void write_past_cap(const Version& version, const KeyCaps& caps, JsonWriter& json);

}  // namespace fortnight::storage
