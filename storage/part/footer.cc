#include "storage/part/footer.h"

#include "base/bytes.h"
#include "base/checksum.h"
#include "storage/packing/limits.h"

namespace fortnight::storage {

const SectionEntry* PartFooter::find(Section kind, std::uint32_t id) const {
  for (const SectionEntry& section : sections) {
    if (section.kind == kind && section.id == id) return &section;
  }
  return nullptr;
}

void PartFooter::encode(std::string& out, std::string_view magic) const {
  std::string footer;
  ByteWriter writer(footer);
  writer.signed_varint(summary.day);
  writer.u8(static_cast<std::uint8_t>(effort));
  writer.varint(summary.calls);
  writer.varint(summary.line_bytes);
  writer.signed_varint(summary.min_ts);
  writer.signed_varint(summary.max_ts);
  writer.varint(summary.min_seq);
  writer.varint(summary.max_seq);
  writer.varint(sections.size());
  for (const SectionEntry& section : sections) {
    writer.u8(static_cast<std::uint8_t>(section.kind));
    writer.varint(section.id);
    writer.varint(section.offset);
    writer.varint(section.length);
    writer.u64(section.checksum);
  }
  ByteWriter end(out);
  end.bytes(footer);
  end.u32(static_cast<std::uint32_t>(footer.size()));
  end.u64(checksum64(footer));
  end.bytes(magic);
}

Result<PartFooter> PartFooter::parse(std::string_view bytes, std::uint64_t file_bytes) {
  ByteReader in(bytes);
  PartFooter footer;
  footer.summary.day = in.day();
  footer.effort = in.u8() == 0 ? Effort::fast : Effort::sealed;
  footer.summary.calls = in.varint();
  footer.summary.line_bytes = in.varint();
  footer.summary.min_ts = in.signed_varint();
  footer.summary.max_ts = in.signed_varint();
  footer.summary.min_seq = in.varint();
  footer.summary.max_seq = in.varint();
  footer.summary.bytes = file_bytes;
  footer.sections.resize(in.count(12));
  for (SectionEntry& section : footer.sections) {
    section.kind = static_cast<Section>(in.u8());
    section.id = static_cast<std::uint32_t>(in.varint());
    section.offset = in.varint();
    section.length = in.varint();
    section.checksum = in.u64();
    if (section.length > file_bytes || section.offset > file_bytes - section.length) in.fail();
  }
  if (!in.ok() || footer.summary.calls > kMaxPartCalls) return corrupt("damaged footer");
  return footer;
}

std::string encode_part_header(Day day) {
  std::string header;
  ByteWriter writer(header);
  writer.bytes(kPartMagic);
  writer.u64(0);  // incompatible features
  writer.u64(0);  // compatible features
  writer.u32(static_cast<std::uint32_t>(day));
  writer.u32(checksum32(header));
  return header;
}

Result<void> check_part_header(std::string_view header) {
  ByteReader in(header);
  const std::string_view magic = in.bytes(kPartMagic.size());
  const std::uint64_t incompatible = in.u64();
  in.u64();
  in.u32();
  const std::uint32_t sum = in.u32();
  // A newer format has other digits at its end.
  const std::string_view family = kPartMagic.substr(0, kPartMagic.size() - 2);
  if (!in.ok() || !magic.starts_with(family)) return corrupt("not a part: wrong magic");
  if (checksum32(header.substr(0, kPartHeaderBytes - 4)) != sum) return corrupt("damaged header");
  if (magic != kPartMagic || (incompatible & ~kPartIncompatibleKnown) != 0) {
    return Error{ErrorCode::unsupported, "written by a newer version of Fortnight"};
  }
  return {};
}

void encode_block_table(const std::vector<BlockEntry>& blocks, std::string& out) {
  ByteWriter writer(out);
  writer.varint(blocks.size());
  for (const BlockEntry& block : blocks) {
    writer.varint(block.offset);
    writer.varint(block.header_bytes);
    writer.u32(block.header_checksum);
    writer.varint(block.bytes);
    writer.varint(block.rows);
    writer.varint(block.line_bytes);
    writer.signed_varint(block.min_ts);
    writer.varint(static_cast<std::uint64_t>(block.max_ts - block.min_ts));
    writer.varint(block.min_seq);
    writer.varint(block.max_seq - block.min_seq);
  }
}

Result<std::vector<BlockEntry>> parse_block_table(std::string_view bytes,
                                                  const PartFooter& footer) {
  ByteReader in(bytes);
  std::vector<BlockEntry> blocks(in.count(13));
  std::uint64_t row = 0;
  // Of the block before; offsets must be unique, because the cache uses them as keys.
  std::uint64_t end = kPartHeaderBytes;
  for (BlockEntry& block : blocks) {
    block.offset = in.varint();
    block.header_bytes = static_cast<std::uint32_t>(in.varint());
    block.header_checksum = in.u32();
    block.bytes = in.varint();
    block.rows = static_cast<std::uint32_t>(in.varint());
    block.line_bytes = in.varint();
    block.min_ts = in.signed_varint();
    block.max_ts = block.min_ts + static_cast<TimeNs>(in.varint());
    block.min_seq = in.varint();
    block.max_seq = block.min_seq + in.varint();
    block.first_row = static_cast<std::uint32_t>(row);
    row += block.rows;
    if (block.bytes > footer.summary.bytes || block.offset > footer.summary.bytes - block.bytes ||
        block.header_bytes > block.bytes || block.rows == 0 || block.rows > kBlockCalls ||
        block.offset < end) {
      in.fail();
    }
    end = block.offset + block.bytes;
  }
  if (!in.ok() || row != footer.summary.calls) return corrupt("damaged block table");
  return blocks;
}

}  // namespace fortnight::storage
