// A part's footer, which describes the file and its sections; and its block table.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "storage/part/block_entry.h"
#include "storage/part/format.h"
#include "storage/part/part.h"

namespace fortnight::storage {

struct SectionEntry {
  Section kind = Section::blocks;
  std::uint32_t id = 0;
  std::uint64_t offset = 0;  // in the file
  std::uint64_t length = 0;
  std::uint64_t checksum = 0;  // of the whole section
};

// Whether a section is read and checked as a whole. The others contain their own checksums.
constexpr bool checked_as_a_whole(Section kind) {
  return kind != Section::id_pages && kind != Section::term_pages && kind != Section::key_index;
}

struct PartFooter {
  PartSummary summary;
  Effort effort = Effort::fast;
  std::vector<SectionEntry> sections;

  [[nodiscard]] const SectionEntry* find(Section kind, std::uint32_t id = 0) const;
  // Appends the footer and its trailer, which ends in `magic`.
  void encode(std::string& out, std::string_view magic = kPartEndMagic) const;
  // `file_bytes` is the file's size; sections beyond it are damage.
  static Result<PartFooter> parse(std::string_view footer, std::uint64_t file_bytes);
};

// The first bytes of a part.
std::string encode_part_header(Day day);
Result<void> check_part_header(std::string_view header);

void encode_block_table(const std::vector<BlockEntry>& blocks, std::string& out);
Result<std::vector<BlockEntry>> parse_block_table(std::string_view bytes, const PartFooter& footer);

}  // namespace fortnight::storage
