#include "daemon/tail/position.h"

#include "storage/base/bytes.h"
#include "storage/base/checksum.h"

namespace fortnight::daemon {
namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::uint8_t kSkipping = 1;
constexpr std::uint8_t kFinished = 2;

}  // namespace

std::string TailPosition::encode() const {
  std::string text;
  storage::ByteWriter out(text);
  out.u8(kVersion);
  out.u8(static_cast<std::uint8_t>((skipping ? kSkipping : 0) | (finished ? kFinished : 0)));
  out.u64(file.device);
  out.u64(file.inode);
  out.u64(offset);
  out.u64(head_hash);
  out.u64(trace_hash);
  out.signed_varint(modified_ns);
  out.text(path);
  out.u32(storage::checksum32(text));
  return text;
}

std::optional<TailPosition> TailPosition::decode(std::string_view text) {
  if (text.size() < sizeof(std::uint32_t)) return std::nullopt;
  const std::string_view body = text.substr(0, text.size() - sizeof(std::uint32_t));
  if (storage::ByteReader(text.substr(body.size())).u32() != storage::checksum32(body)) {
    return std::nullopt;
  }
  storage::ByteReader in(body);
  if (in.u8() != kVersion) return std::nullopt;
  const std::uint8_t flags = in.u8();
  TailPosition position;
  position.skipping = (flags & kSkipping) != 0;
  position.finished = (flags & kFinished) != 0;
  position.file.device = in.u64();
  position.file.inode = in.u64();
  position.offset = in.u64();
  position.head_hash = in.u64();
  position.trace_hash = in.u64();
  position.modified_ns = in.signed_varint();
  position.path = in.text();
  if (!in.ok() || in.remaining() != 0) return std::nullopt;
  return position;
}

}  // namespace fortnight::daemon
