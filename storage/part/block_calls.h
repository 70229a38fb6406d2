// The whole calls of a block, as queries return them and in the row form.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "storage/call/batch.h"
#include "storage/part/block_reader.h"
#include "storage/query.h"

namespace fortnight::storage {

// Appends the call's line, byte for byte as it was received. After a failure, block.status() has
// the error and the line is incomplete.
void append_line(const BlockReader& block, std::uint32_t row, std::string& out);

// The call as queries return it: what `wanted` asks for, except its pointers.
Result<CallRecord> read_record(const BlockReader& block, std::uint32_t row,
                               const CallQuery& wanted);

// The calls of `rows`, which must ascend, in the row form, with only the shapes that the block has.
Result<Batch> decode_calls(const BlockReader& block, const std::vector<std::uint32_t>& rows);
// All calls.
Result<Batch> decode_calls(const BlockReader& block);
// All calls of a block of the part.
Result<Batch> decode_calls(const std::shared_ptr<const PartFile>& part, std::uint32_t block);

}  // namespace fortnight::storage
