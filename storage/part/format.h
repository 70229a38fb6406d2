// The constants of a part's bytes. docs/format.md describes the format; a test compares both.
//
//   +--------+--------+----------------+--------+---------+--------+--------+---------+
//   | header | blocks | shapes,        | early  | indices | block  | footer | trailer |
//   | 32     |        | columns,       | footer |         | table  |        | 20      |
//   |        |        | dictionaries   |        |         |        |        |         |
//   +--------+--------+----------------+--------+---------+--------+--------+---------+
//
// A reader starts at the trailer, which locates the footer. The footer locates the sections, and
// the block table locates the blocks.
#pragma once

#include <cstdint>
#include <string_view>

namespace fortnight::storage {

inline constexpr std::string_view kPartMagic = "FNPART01";
inline constexpr std::string_view kPartEndMagic = "FNPARTND";
// Of the early footer. It differs, so that a file that is cut off right after it isn't whole.
inline constexpr std::string_view kPartEarlyEndMagic = "FNPARTEF";
inline constexpr std::size_t kPartHeaderBytes = 32;
// Footer length (4), footer checksum (8), magic (8).
inline constexpr std::size_t kPartTrailerBytes = 20;
// A larger footer would have more sections than a part can have columns.
inline constexpr std::uint64_t kMaxFooterBytes = 4U << 20;

// Feature bits that a reader must know; it refuses a file with others.
inline constexpr std::uint64_t kPartIncompatibleKnown = 0;

enum class Section : std::uint8_t {
  shapes = 1,
  columns = 2,
  dictionary = 3,  // one per column; its id is the column
  key_index = 4,   // one per key; its id is the field's column
  id_directory = 5,
  id_pages = 6,  // not checked as a whole: each page has its own checksum
  blocks = 7,    // the block table
  // A block table and a footer before the indices, in case the file's end is damaged.
  early_footer = 8,
  characters = 9,  // the character table
  term_directory = 10,
  term_pages = 11,  // as id_pages
};

}  // namespace fortnight::storage
