// The wire form of a rejected line.
#pragma once

#include "base/json_writer.h"
#include "storage/reject.h"

namespace fortnight::query {

// The members of a reject's row, into an object that is open. `bytes` is text: what of the line
// isn't UTF-8 becomes U+FFFD, and `bytes_base64` then has the bytes as they were.
void write_reject(const storage::Reject& reject, JsonWriter& out);

}  // namespace fortnight::query
