// Describes a part's composition: bytes by section, by column and by encoding.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "storage/part/file.h"
#include "storage/part/part.h"

namespace fortnight::storage {

struct ChunkSum {
  std::uint64_t chunks = 0;
  std::uint64_t bytes = 0;
};

// By the chunks' outermost encoding.
using EncodingSums = std::map<Encoding, ChunkSum>;

struct ColumnReport {
  std::string name;  // a field's name, or the path of its holes: "/request/headers/host"
  std::uint64_t dictionary_bytes = 0;
  EncodingSums encodings;

  [[nodiscard]] std::uint64_t bytes() const;  // chunks and dictionary
};

struct PartReport {
  PartSummary summary;
  Effort effort = Effort::fast;
  std::uint64_t blocks = 0;
  std::uint64_t shapes = 0;
  std::uint64_t ids = 0;
  // By kind. The bytes of the blocks and of the file's header and trailer are not included.
  std::map<Section, std::uint64_t> sections;
  std::uint64_t header_bytes = 0;     // of the blocks' headers
  std::uint64_t chunk_bytes = 0;      // of the blocks' chunks
  std::vector<ColumnReport> columns;  // largest first
  EncodingSums encodings;             // of all columns

  // Key indices, the ID index and the character table.
  [[nodiscard]] std::uint64_t index_bytes() const;
};

// Reads all headers and one byte of each chunk; fails at the first damage.
Result<PartReport> report_part(const PartFile& part);

// "dictionary", "shared-constant", ...
std::string name_of(Encoding encoding);
std::string_view name_of(Section section);

}  // namespace fortnight::storage
