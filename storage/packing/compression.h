// LZ4, used only if it helps. A packed text is its raw size (varint), the size of the LZ4 block
// (varint; 0: not compressed), and the bytes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/error.h"

namespace fortnight::storage {

// The largest expansion of LZ4. A header that claims more is damaged.
inline constexpr std::uint64_t kLz4MaxRatio = 255;

// `fast` is for files that are soon rewritten: at intake, time matters more than size.
enum class Lz4Level : std::uint8_t { fast, high };

// Appends the packed text. Compresses only if that saves at least a sixteenth.
void append_lz4(std::string_view raw, Lz4Level level, std::string& out);
// Reads a packed text. A raw size above `limit` is an error, and nothing is allocated for it.
Result<std::string> read_lz4(ByteReader& in, std::uint64_t limit);
// The same without a copy: the result refers to the input or to `scratch`.
Result<std::string_view> view_lz4(ByteReader& in, std::uint64_t limit, std::string& scratch);

}  // namespace fortnight::storage
