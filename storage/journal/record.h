// The payload of a journal record: one append, with the numbers that the store gave it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/error.h"
#include "storage/append.h"
#include "storage/journal/format.h"

namespace fortnight::storage {

// Encodes an append with the calls of `batch` instead of its own, numbered from `first_seq`. The
// batch's text isn't copied.
JournalBytes encode_append(const Append& append, std::shared_ptr<const Batch> batch,
                           std::uint64_t first_seq);
// ErrorCode::corrupt if the bytes aren't an append.
Result<Append> decode_append(std::string_view bytes);

// Files of rejects use this form too.
void encode_reject(const Reject& reject, ByteWriter& out);
Reject decode_reject(ByteReader& in);
void skip_reject(ByteReader& in);
// The least bytes that a reject takes.
inline constexpr std::uint64_t kLeastReject = 6;

}  // namespace fortnight::storage
