// The bytes of a batch in the journal; see docs/format.md, "Journal".
//
// Reading trusts nothing: every count, offset and length is checked before it is used or memory is
// allocated for it. So the batch that decode_batch() returns can be walked without further checks.
#pragma once

#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/error.h"
#include "storage/call/batch.h"

namespace fortnight::storage {

// Appends the batch's bytes: the part before its text to `front`, the part after it to `back`. The
// calls' seq are not written: the record has the first.
void encode_batch(const Batch& batch, std::string& front, std::string& back);

// The inverse of encode_batch(); ErrorCode::corrupt if anything is inconsistent. Calls are numbered
// from `first_seq`.
Result<Batch> decode_batch(ByteReader& in, std::uint64_t first_seq);

// Whether everything that the batch refers to exists: shapes, values, fields, IDs. Always true for
// batches from intake and from decode_batch().
Result<void> check_batch(const Batch& batch);

}  // namespace fortnight::storage
