#include "storage/rollup/footer.h"

#include "base/bytes.h"
#include "base/checksum.h"

namespace fortnight::storage {
namespace {

Result<RollupFeatures> check_header(const ReadableFile& file) {
  std::string header(kRollupHeaderBytes, '\0');
  FORTNIGHT_TRY(file.read(0, header));
  return check_rollup_header(header);
}

constexpr std::array kFoldedKeys = {&RollupFold::account, &RollupFold::endpoint,
                                    &RollupFold::method, &RollupFold::revision};

void encode(const FoldedKey& key, ByteWriter& out) {
  out.varint(key.calls);
  out.varint(key.max_unnamed);
  out.varint(key.max_named);
}

}  // namespace

Result<RollupFeatures> check_rollup_header(std::string_view header) {
  ByteReader in(header);
  if (in.bytes(kRollupMagic.size()) != kRollupMagic) return corrupt("not a rollup file");
  const std::uint32_t version = in.u32();
  const std::uint32_t incompatible = in.u32();
  const std::uint32_t compatible = in.u32();
  const std::string_view checked(header.data(), header.size() - in.remaining());
  if (in.u32() != checksum32(checked)) return corrupt("the header's checksum is wrong");
  if (version != kRollupVersion || (incompatible & ~kRollupIncompatible) != 0) {
    return Error{ErrorCode::unsupported, "the rollup was written by a newer version"};
  }
  return RollupFeatures{incompatible, compatible};
}

FoldedKey& RollupFold::of(RollupKey key) {
  switch (key) {
    case RollupKey::method:
      return method;
    case RollupKey::revision:
      return revision;
    default:
      return endpoint;
  }
}

std::string encode_rollup_header(const RollupFeatures& features) {
  std::string out;
  ByteWriter writer(out);
  writer.bytes(kRollupMagic);
  writer.u32(kRollupVersion);
  writer.u32(features.incompatible);
  writer.u32(features.compatible);
  writer.u32(checksum32(out));
  return out;
}

std::string RollupFooter::encode() const {
  std::string out;
  ByteWriter writer(out);
  writer.signed_varint(day);
  writer.varint(calls);
  keys.encode(writer);
  const std::size_t tables = fold.any() ? kRollupFooterTables : kRollupPlainTables;
  for (std::size_t i = 0; i < tables; ++i) indices[i].encode(writer);
  if (fold.any()) {
    for (const auto key : kFoldedKeys) storage::encode(fold.*key, writer);
  }
  const auto size = static_cast<std::uint32_t>(out.size());
  const std::uint64_t sum = checksum64(out);
  writer.u32(size);
  writer.u64(sum);
  writer.bytes(kRollupEndMagic);
  return out;
}

Result<RollupFooter> read_rollup_footer(const ReadableFile& file) {
  if (file.size() < kRollupHeaderBytes + kRollupTailBytes) return corrupt("the file is too short");
  FORTNIGHT_ASSIGN(const RollupFeatures features, check_header(file));
  std::string tail(kRollupTailBytes, '\0');
  FORTNIGHT_TRY(file.read(file.size() - kRollupTailBytes, tail));
  ByteReader in(tail);
  const std::uint32_t size = in.u32();
  const std::uint64_t checksum = in.u64();
  const std::uint64_t room = file.size() - kRollupHeaderBytes - kRollupTailBytes;
  if (in.bytes(kRollupEndMagic.size()) != kRollupEndMagic || size > room ||
      size > kMaxRollupFooterBytes) {
    return corrupt("the file's end is missing");
  }
  RollupFooter footer;
  footer.checksum = checksum;
  footer.end = file.size() - kRollupTailBytes - size;
  std::string bytes(size, '\0');
  FORTNIGHT_TRY(file.read(footer.end, bytes));
  if (checksum64(bytes) != checksum) return corrupt("the footer's checksum is wrong");
  ByteReader reader(bytes);
  footer.day = reader.day();
  footer.calls = reader.varint();
  footer.keys = RollupPlace::decode(reader);
  const bool folded = (features.incompatible & kRollupFolded) != 0;
  footer.has_codes = (features.compatible & kRollupCodes) != 0;
  const std::size_t tables = folded ? kRollupFooterTables : kRollupPlainTables;
  for (std::size_t i = 0; i < tables; ++i) footer.indices[i] = RollupPlace::decode(reader);
  if (folded) {
    for (const auto key : kFoldedKeys) {
      FoldedKey& to = footer.fold.*key;
      to.calls = reader.varint();
      to.max_unnamed = reader.varint();
      to.max_named = reader.varint();
    }
  }
  if (!reader.ok() || reader.remaining() != 0) return corrupt("the footer is damaged");
  return footer;
}

}  // namespace fortnight::storage
