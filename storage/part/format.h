// The constants of a part's bytes, once. docs/format.md tells the same in words; a test holds the
// two together.
#pragma once

#include <cstdint>
#include <string_view>

namespace fortnight::storage {

inline constexpr std::string_view kPartMagic = "FNPART01";
inline constexpr std::string_view kPartEndMagic = "FNPARTND";
// Of the early footer: a file that is cut off right behind it is no whole one.
inline constexpr std::string_view kPartEarlyEndMagic = "FNPARTEF";
inline constexpr std::size_t kPartHeaderBytes = 32;
// Footer length (4), footer checksum (8), magic (8).
inline constexpr std::size_t kPartTrailerBytes = 20;
// A footer of more bytes than this names more sections than a part can have columns.
inline constexpr std::uint64_t kMaxFooterBytes = 4U << 20;

// What a reader must know to read a part at all; an unknown bit makes it refuse.
inline constexpr std::uint64_t kPartIncompatibleKnown = 0;

enum class Section : std::uint8_t {
  shapes = 1,
  columns = 2,
  dictionary = 3,  // one a column; its id is the column's
  key_index = 4,   // one a key; its id is the field column's
  id_directory = 5,
  id_pages = 6,      // not checked as a whole: every page bears its own checksum
  blocks = 7,        // the block table
  early_footer = 8,  // a block table and a footer before the indices, for when the end is damaged
  characters = 9,    // the character table
};

}  // namespace fortnight::storage
