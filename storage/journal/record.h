// What one record of the journal says: one append, with the numbers that the store gave it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/error.h"
#include "storage/journal/format.h"
#include "storage/store.h"

namespace fortnight::storage {

// The bytes of an append whose calls are those of `batch`, not its own, and are numbered from
// `first_seq` on. The batch's text isn't copied.
JournalBytes encode_append(const Append& append, std::shared_ptr<const Batch> batch,
                           std::uint64_t first_seq);
// ErrorCode::corrupt where the bytes aren't an append's.
Result<Append> decode_append(std::string_view bytes);

// Also the form in which rejects files keep them.
void encode_reject(const Reject& reject, ByteWriter& out);
Reject decode_reject(ByteReader& in);
void skip_reject(ByteReader& in);
// The least bytes that a reject takes.
inline constexpr std::uint64_t kLeastReject = 6;

}  // namespace fortnight::storage
