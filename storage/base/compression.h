// LZ4, where it helps. A packed text is: its raw size (varint), the size of the LZ4 block (varint;
// 0: the bytes stand as they are), the bytes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "storage/base/bytes.h"
#include "storage/base/error.h"

namespace fortnight::storage {

// `fast` is for what is written anew soon: on the way in, time counts more than bytes.
enum class Lz4Level : std::uint8_t { fast, high };

// Appends the packed text; the LZ4 form only where it is smaller by a sixteenth.
void append_lz4(std::string_view raw, Lz4Level level, std::string& out);
// Reads a packed text. A raw size over `limit` is an error, before anything is allocated.
Result<std::string> read_lz4(ByteReader& in, std::uint64_t limit);
// The same without a copy: what is returned lies in the input or in `scratch`.
Result<std::string_view> view_lz4(ByteReader& in, std::uint64_t limit, std::string& scratch);

}  // namespace fortnight::storage
