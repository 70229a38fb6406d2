// The bytes of a batch, as the journal keeps it. Told in docs/format.md, "Journal".
//
// Reading trusts nothing: every count, offset and length is checked before it is used or anything
// is allocated for it, so that what decode_batch gives can be walked without further checks.
#pragma once

#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/error.h"
#include "storage/call/batch.h"

namespace fortnight::storage {

// Appends the batch's bytes: what comes before its text to `front`, what comes behind it to `back`.
// Calls' seq are not written: the record bears the first.
void encode_batch(const Batch& batch, std::string& front, std::string& back);

// Reads what encode_batch wrote; ErrorCode::corrupt where anything doesn't fit. Calls are numbered
// from `first_seq` on.
Result<Batch> decode_batch(ByteReader& in, std::uint64_t first_seq);

// Whether all that the batch refers to is there: shapes, values, fields, IDs. What intake makes and
// what decode_batch gives always is.
Result<void> check_batch(const Batch& batch);

}  // namespace fortnight::storage
