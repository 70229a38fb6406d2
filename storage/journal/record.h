// What one record of the journal says: one append, with the numbers that the store gave it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "storage/base/bytes.h"
#include "storage/base/error.h"
#include "storage/store.h"

namespace fortnight::storage {

// Appends the bytes of an append whose calls are numbered from `first_seq` on.
void encode_append(const Append& append, std::uint64_t first_seq, std::string& bytes);
// ErrorCode::corrupt where the bytes aren't an append's.
Result<Append> decode_append(std::string_view bytes);

// Also the form in which rejects files keep them.
void encode_reject(const Reject& reject, ByteWriter& out);
Reject decode_reject(ByteReader& in);
// The least bytes that a reject takes.
inline constexpr std::uint64_t kLeastReject = 6;

}  // namespace fortnight::storage
