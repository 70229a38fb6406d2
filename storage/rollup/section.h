// Sections of a rollup file: byte ranges with a checksum, compressed if that helps.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/error.h"
#include "storage/files/file_system.h"
#include "storage/packing/compression.h"

namespace fortnight::storage {

// Where a section is, and the checksum of its stored bytes.
struct RollupPlace {
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
  std::uint64_t checksum = 0;

  void encode(ByteWriter& out) const;
  static RollupPlace decode(ByteReader& in);
};

// Writes consecutive sections. `file` must outlive it.
class RollupSectionWriter {
 public:
  RollupSectionWriter(WritableFile& file, std::uint64_t offset, Lz4Level level)
      : file_(file), offset_(offset), level_(level) {}

  Result<RollupPlace> add(std::string_view raw);
  [[nodiscard]] std::uint64_t offset() const { return offset_; }

 private:
  WritableFile& file_;
  std::uint64_t offset_;
  Lz4Level level_;
};

// Returns a section's bytes, checked and decompressed. ErrorCode::corrupt if they are damaged, or
// if the place isn't between the header and `end`.
Result<std::string> read_rollup_section(const ReadableFile& file, const RollupPlace& place,
                                        std::uint64_t end);

}  // namespace fortnight::storage
