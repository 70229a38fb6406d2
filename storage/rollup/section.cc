#include "storage/rollup/section.h"

#include "base/checksum.h"
#include "storage/rollup/format.h"

namespace fortnight::storage {

void RollupPlace::encode(ByteWriter& out) const {
  out.varint(offset);
  out.varint(size);
  out.u64(checksum);
}

RollupPlace RollupPlace::decode(ByteReader& in) {
  RollupPlace place;
  place.offset = in.varint();
  place.size = in.varint();
  place.checksum = in.u64();
  return place;
}

Result<RollupPlace> RollupSectionWriter::add(std::string_view raw) {
  if (raw.size() > kMaxRollupSectionBytes) {
    return Error{ErrorCode::limit, "a section of the rollup is too large"};
  }
  std::string stored;
  append_lz4(raw, level_, stored);
  const RollupPlace place{offset_, stored.size(), checksum64(stored)};
  FORTNIGHT_TRY(file_.write(offset_, stored));
  offset_ += stored.size();
  return place;
}

Result<std::string> read_rollup_section(const ReadableFile& file, const RollupPlace& place,
                                        std::uint64_t end) {
  if (place.offset < kRollupHeaderBytes || place.offset > end || place.size > end - place.offset) {
    return corrupt("a section lies outside the file");
  }
  std::string stored(place.size, '\0');
  FORTNIGHT_TRY(file.read(place.offset, stored));
  if (checksum64(stored) != place.checksum) return corrupt("a section's checksum is wrong");
  ByteReader in(stored);
  return read_lz4(in, kMaxRollupSectionBytes);
}

}  // namespace fortnight::storage
