// The wire form of a rejected line.
#pragma once

#include "base/json_writer.h"
#include "storage/reject.h"

namespace fortnight::query {

// Writes the members of a reject's row into an open object. `bytes` is text, with U+FFFD for bytes
// that aren't UTF-8; `bytes_base64` then has the original bytes.
void write_reject(const storage::Reject& reject, JsonWriter& out);

}  // namespace fortnight::query
